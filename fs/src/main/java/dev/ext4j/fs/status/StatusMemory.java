package dev.ext4j.fs.status;

import dev.ext4j.fs.lock.LockOrder;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bound of the memory of all status trees of a file system. A clock visits the trees that have
 * runs which can be read again from disk, and the runs of each tree. A run that was looked up since
 * the last visit stays, and delayed runs always stay. Trees that were loaded on request come last.
 * A tree that another thread uses at the moment is skipped.
 */
public final class StatusMemory {
  /** The divisor of the budget: a reclaim frees 1/N of the budget in addition to the surplus. */
  private static final int SLACK_PARTS = 16;

  private final LockOrder order;
  private final long budget;
  private final AtomicLong entries = new AtomicLong();
  private final Set<ExtentStatusTree> clock = new LinkedHashSet<>();

  /**
   * Creates a bound of a number of entries.
   *
   * @param order the lock order that creates the locks of all trees
   * @param budget the number of entries, at least 1; delayed blocks may exceed it
   */
  public StatusMemory(LockOrder order, long budget) {
    this.order = order;
    this.budget = budget;
  }

  LockOrder order() {
    return order;
  }

  /**
   * Returns the number of entries that could be dropped in all trees, plus the unused slots in
   * their arrays.
   */
  public long entryCount() {
    return entries.get();
  }

  /** Records that the room of a tree has changed. */
  void changed(long delta) {
    entries.addAndGet(delta);
  }

  /** Adds a tree to the clock, because it has entries that could be dropped. */
  void list(ExtentStatusTree tree) {
    synchronized (clock) {
      clock.add(tree);
    }
  }

  /**
   * Removes a tree from the clock, because it has no entries that could be dropped. The clock no
   * longer keeps it in memory.
   */
  void unlist(ExtentStatusTree tree) {
    synchronized (clock) {
      clock.remove(tree);
    }
  }

  /** Returns the number of trees that the clock keeps in memory. */
  int treeCount() {
    synchronized (clock) {
      return clock.size();
    }
  }

  /** Drops entries if there are more than the bound allows. The caller holds no status lock. */
  public void trim() {
    long surplus = entries.get() - budget;
    if (surplus > 0) {
      reclaim(surplus + budget / SLACK_PARTS);
    }
  }

  /**
   * Drops entries.
   *
   * @param wanted the number of entries to drop
   * @return the number of dropped entries; it is less than {@code wanted} if the other entries were
   *     used recently or are in use
   */
  public long reclaim(long wanted) {
    long freed = sweep(wanted, false);
    return freed > 0 || wanted <= 0 ? freed : sweep(wanted, true);
  }

  private long sweep(long wanted, boolean precachedToo) {
    long freed = 0;
    int trees;
    synchronized (clock) {
      trees = clock.size();
    }
    // Each tree is visited twice, because in the first round a run that was looked up stays and
    // loses its mark.
    for (int i = 0; i < 2 * trees && freed < wanted; i++) {
      ExtentStatusTree tree = next();
      if (tree == null) {
        break;
      }
      boolean more = true;
      if (precachedToo || !tree.isPrecached()) {
        ExtentStatusTree.Shrunk shrunk = tree.tryShrink(wanted - freed);
        freed += shrunk.dropped();
        more = shrunk.isListed();
      }
      if (more) {
        list(tree);
      }
    }
    return freed;
  }

  private @Nullable ExtentStatusTree next() {
    synchronized (clock) {
      Iterator<ExtentStatusTree> trees = clock.iterator();
      if (!trees.hasNext()) {
        return null;
      }
      ExtentStatusTree first = trees.next();
      trees.remove();
      return first;
    }
  }
}
