package dev.ext4j.fs.status;

import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a status tree, and for how many clusters space is promised to the delayed ones: for
 * each that has a delayed block, unless it is pending, which means that it has a block beside that
 * is allocated, and so space. Guarded by the lock of the tree.
 */
final class StatusRuns {
  private final RunTable table = new RunTable();
  private final Set<Long> pending = new TreeSet<>();
  private final int clusterBits;
  private int delayedRuns;

  StatusRuns(int clusterBits) {
    this.clusterBits = clusterBits;
  }

  /** The runs themselves; what is delayed in them is changed by this class only. */
  RunTable table() {
    return table;
  }

  /** Runs that the disk could tell as well. */
  int reclaimable() {
    return table.size() - delayedRuns;
  }

  /** Room that these runs take, in runs, with what their arrays have to spare. */
  int reclaimableRoom() {
    return reclaimable() == 0 ? 0 : table.room() - delayedRuns;
  }

  /** Puts a run into a place that is free. */
  void add(Mapping mapping) {
    int before = table.size();
    table.add(mapping);
    if (mapping.state() == State.DELAYED) {
      delayedRuns += table.size() - before;
    }
  }

  /**
   * Takes a range out.
   *
   * @return clusters that are no longer promised by it: each that had a delayed block in it, except
   *     one at an end that still has one outside, and except pending ones
   */
  long remove(long first, long end) {
    if (delayedRuns == 0) {
      table.remove(first, end);
      return 0;
    }
    long blocks = 0;
    List<Long> clusters = new ArrayList<>();
    long lastCluster = -1;
    for (long at = table.endingBehind(first);
        at != RunTable.NONE && table.start(at) < end;
        at = table.next(at)) {
      if (table.state(at) != State.DELAYED) {
        continue;
      }
      long from = Math.max(first, table.start(at));
      long to = Math.min(end, table.end(at));
      delayedRuns += (from > table.start(at) ? 1 : 0) + (to < table.end(at) ? 1 : 0) - 1;
      blocks += to - from;
      for (long cluster = Math.max(from >>> clusterBits, lastCluster + 1);
          clusterBits > 0 && cluster <= (to - 1) >>> clusterBits;
          cluster++) {
        clusters.add(cluster);
        lastCluster = cluster;
      }
    }
    table.remove(first, end);
    return clusterBits == 0 ? blocks : promisedOf(clusters);
  }

  /** Those of some clusters that have lost all delayed blocks, and were promised. */
  private long promisedOf(List<Long> clusters) {
    long promised = 0;
    for (long cluster : clusters) {
      if (!hasDelayedIn(cluster) && !pending.remove(cluster)) {
        promised++;
      }
    }
    return promised;
  }

  /**
   * Blocks were allocated: a cluster at an end of them that has delayed blocks, too, is pending;
   * others are not.
   *
   * @return clusters that have become pending, which were promised until now
   */
  long allocated(Mapping mapping) {
    if (clusterBits == 0) {
      return 0;
    }
    long first = mapping.logicalBlock() >>> clusterBits;
    long last = (mapping.logicalEnd() - 1) >>> clusterBits;
    return revise(first) + (last == first ? 0 : revise(last));
  }

  private long revise(long cluster) {
    if (hasDelayedIn(cluster)) {
      return pending.add(cluster) ? 1 : 0;
    }
    pending.remove(cluster);
    return 0;
  }

  /** A cluster with delayed blocks has space. */
  void setPending(long logicalBlock) {
    pending.add(logicalBlock >>> clusterBits);
  }

  void addPending(long cluster) {
    pending.add(cluster);
  }

  boolean removePending(long cluster) {
    return pending.remove(cluster);
  }

  boolean isPending(long cluster) {
    return pending.contains(cluster);
  }

  Set<Long> pendingClusters() {
    return Set.copyOf(pending);
  }

  boolean hasDelayedIn(long cluster) {
    return nextDelayed(cluster << clusterBits, (cluster + 1) << clusterBits) != null;
  }

  /** The first delayed run that ends behind a block and begins before another, or nothing. */
  @Nullable Mapping nextDelayed(long from, long end) {
    if (delayedRuns == 0) {
      return null;
    }
    for (long at = table.endingBehind(from);
        at != RunTable.NONE && table.start(at) < end;
        at = table.next(at)) {
      if (table.state(at) == State.DELAYED) {
        return table.run(at);
      }
    }
    return null;
  }

  /** Whether a block of a cluster is known to be allocated. */
  boolean hasAllocatedIn(long cluster) {
    long end = (cluster + 1) << clusterBits;
    for (long at = table.endingBehind(cluster << clusterBits);
        at != RunTable.NONE && table.start(at) < end;
        at = table.next(at)) {
      State state = table.state(at);
      if (state == State.WRITTEN || state == State.UNWRITTEN) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with the runs, or nothing: they are in order, disjoint, joined, and counted. */
  @Nullable String findFault() {
    int delayed = 0;
    int count = 0;
    Mapping before = null;
    for (long at = table.first(); at != RunTable.NONE; at = table.next(at)) {
      Mapping run = table.run(at);
      if (before != null && before.logicalEnd() > run.logicalBlock()) {
        return run + " overlaps " + before;
      }
      if (before != null && isContinued(before, run)) {
        return run + " is not joined with " + before;
      }
      count++;
      delayed += run.state() == State.DELAYED ? 1 : 0;
      before = run;
    }
    return count == table.size() && delayed == delayedRuns
        ? null
        : count
            + " runs, "
            + delayed
            + " delayed, but counted are "
            + table.size()
            + ", "
            + delayedRuns;
  }

  private static boolean isContinued(Mapping left, Mapping right) {
    return left.state() == right.state()
        && left.logicalEnd() == right.logicalBlock()
        && (!left.isAllocated()
            || left.physicalBlock() + left.blockCount() == right.physicalBlock());
  }
}
