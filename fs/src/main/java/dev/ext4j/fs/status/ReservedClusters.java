package dev.ext4j.fs.status;

/**
 * The space reserved for delayed blocks of one inode, in clusters ({@code i_reserved_data_blocks}).
 */
public interface ReservedClusters {
  /**
   * Releases the reservation of clusters whose delayed blocks are gone.
   *
   * @param clusterCount the number of clusters
   * @param used whether the clusters were allocated from the reservation; if not, the space becomes
   *     free again
   */
  void release(long clusterCount, boolean used);

  /** The implementation for a file that has no delayed blocks. */
  ReservedClusters NONE =
      (clusterCount, used) -> {
        throw new IllegalStateException(clusterCount + " clusters were never reserved");
      };
}
