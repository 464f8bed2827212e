package dev.ext4j.fs.status;

import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a status tree, and its pending clusters. Space is reserved for each cluster that has
 * a delayed block, unless the cluster is pending. A pending cluster also has an allocated block, so
 * that it has space already. The lock of the tree guards this object.
 */
final class StatusRuns {
  private final RunTable table = new RunTable();
  private final Set<Long> pending = new TreeSet<>();
  private final int clusterBits;
  private int delayedRuns;

  StatusRuns(int clusterBits) {
    this.clusterBits = clusterBits;
  }

  /** Returns the runs; only this class changes delayed runs in them. */
  RunTable table() {
    return table;
  }

  /** Returns the number of runs that can be read again from disk. */
  int reclaimable() {
    return table.size() - delayedRuns;
  }

  /**
   * Returns the number of runs that can be read again from disk, plus the unused slots in their
   * arrays.
   */
  int reclaimableRoom() {
    return reclaimable() == 0 ? 0 : table.room() - delayedRuns;
  }

  /** Adds a run whose blocks are in no other run. */
  void add(Mapping mapping) {
    int before = table.size();
    table.add(mapping);
    if (mapping.state() == State.DELAYED) {
      delayedRuns += table.size() - before;
    }
  }

  /**
   * Removes a range.
   *
   * @return the number of clusters that no longer need reserved space. These are the clusters with
   *     a delayed block in the range. A cluster is not counted if it still has a delayed block
   *     outside the range, or if it was pending
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

  /**
   * Returns the number of given clusters that have no delayed block left and for which space was
   * reserved. Pending clusters without a delayed block are no longer pending afterwards.
   */
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
   * Updates the pending clusters after blocks were allocated. A cluster at an end of the blocks is
   * pending if it has delayed blocks as well; otherwise it is not.
   *
   * @return the number of clusters that have become pending, for which space was reserved until now
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

  /** Makes the cluster of a delayed block pending, because the cluster has space. */
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

  /**
   * Returns the first delayed run that ends after block {@code from} and begins before block {@code
   * end}, or null.
   */
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

  /** Returns whether a block of a cluster is allocated according to the runs. */
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

  /**
   * Returns a description of a fault, or null if there is none. The runs must be in order and
   * disjoint, adjacent runs must be joined, and the counters must be right.
   */
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
