package dev.ext4j.fs.status;

import java.util.Set;
import java.util.TreeSet;

/**
 * Logical clusters that have space and delayed blocks beside it, for which nothing is reserved: few
 * at any time. Guarded by the lock of the tree that they belong to.
 */
final class PendingClusters {
  private final Set<Long> clusters = new TreeSet<>();

  /** Adds a cluster; false if it was pending already. */
  boolean add(long cluster) {
    return clusters.add(cluster);
  }

  /** Takes a cluster out; false if it was not pending. */
  boolean remove(long cluster) {
    return clusters.remove(cluster);
  }

  boolean contains(long cluster) {
    return clusters.contains(cluster);
  }

  Set<Long> all() {
    return Set.copyOf(clusters);
  }
}
