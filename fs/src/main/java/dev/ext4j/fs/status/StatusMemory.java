package dev.ext4j.fs.status;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what all status trees of a file system take up: a clock goes round over the trees that
 * have entries which the disk could tell as well, and over the entries of each. What was looked up
 * since it last came by stays; delayed blocks always stay; trees that were loaded on request come
 * last. A tree that somebody uses at the moment is passed over.
 */
public final class StatusMemory {
  /** Entries that a reclaim makes room for beyond the bound. */
  private static final int SLACK_PARTS = 16;

  private final long budget;
  private final AtomicLong entries = new AtomicLong();
  private final Set<ExtentStatusTree> clock = new LinkedHashSet<>();

  /**
   * Room for a number of entries.
   *
   * @param budget from 1 on; delayed blocks may exceed it
   */
  public StatusMemory(long budget) {
    this.budget = budget;
  }

  /** Entries that could be dropped, in all trees, and room to spare between them. */
  public long entryCount() {
    return entries.get();
  }

  /** A tree has become larger or smaller. */
  void changed(long delta) {
    entries.addAndGet(delta);
  }

  /** A tree has something that could be dropped, and is not on the clock. */
  void list(ExtentStatusTree tree) {
    synchronized (clock) {
      clock.add(tree);
    }
  }

  /** A tree has nothing that could be dropped any more: it is not kept in memory for that. */
  void unlist(ExtentStatusTree tree) {
    synchronized (clock) {
      clock.remove(tree);
    }
  }

  /** Trees that are kept in memory for what could be dropped of them. */
  int treeCount() {
    synchronized (clock) {
      return clock.size();
    }
  }

  /** Drops entries if there are more than the bound allows; no status lock may be held. */
  public void trim() {
    long surplus = entries.get() - budget;
    if (surplus > 0) {
      reclaim(surplus + budget / SLACK_PARTS);
    }
  }

  /**
   * Drops entries.
   *
   * @param wanted how many
   * @return how many were dropped, fewer if all that is left was used just now
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
    // Twice: what was looked up loses its mark in the first round.
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
