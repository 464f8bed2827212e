package dev.ext4j.fs.status;

/** The space promised to delayed blocks of one inode, in clusters ({@code i_reserved}). */
public interface ReservedClusters {
  /**
   * Delayed blocks are gone.
   *
   * @param clusterCount so many clusters need no promise any more
   * @param used whether they were allocated by virtue of it; else the promise is given back
   */
  void release(long clusterCount, boolean used);

  /** For a file that has no delayed blocks. */
  ReservedClusters NONE =
      (clusterCount, used) -> {
        throw new IllegalStateException(clusterCount + " clusters were never reserved");
      };
}
