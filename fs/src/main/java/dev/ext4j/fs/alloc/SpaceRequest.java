package dev.ext4j.fs.alloc;

/**
 * A request for consecutive clusters.
 *
 * @param goalBlock the block at which the clusters should begin
 * @param clusterCount number of clusters, at least 1
 * @param purpose the use of the clusters
 * @param continuing whether the goal continues an extent of the file. If it does, even a short run
 *     at the goal is better than a long one elsewhere
 * @param stream number of the inode whose content the clusters will hold; 0 if they will hold
 *     metadata
 * @param endBlock the block below which all clusters must be
 */
public record SpaceRequest(
    long goalBlock,
    long clusterCount,
    Purpose purpose,
    boolean continuing,
    long stream,
    long endBlock) {
  /** The block after the last one that a 32-bit pointer of a block map can refer to. */
  public static final long END_OF_BLOCK_MAPS = 1L << 32;

  /**
   * Returns the block after the last one that a mapping can refer to.
   *
   * @param extents whether the mapping is an extent tree; otherwise it is a block map
   */
  public static long endOfMapping(boolean extents) {
    return extents ? Long.MAX_VALUE : END_OF_BLOCK_MAPS;
  }

  /**
   * The purposes of an allocation. The purpose decides how many of the last free clusters may be
   * used.
   */
  public enum Purpose {
    /** Content of files. */
    DATA,
    /** Content of files for which space was promised when it was written to memory. */
    PROMISED_DATA,
    /** Metadata, such as tree nodes. */
    METADATA
  }

  /** Checks that at least one cluster is requested. */
  public SpaceRequest {
    if (clusterCount < 1) {
      throw new IllegalArgumentException("no clusters are wanted");
    }
  }

  /** Returns a request for metadata near a block. */
  public static SpaceRequest metadata(long goalBlock, long clusterCount) {
    return new SpaceRequest(goalBlock, clusterCount, Purpose.METADATA, false, 0, Long.MAX_VALUE);
  }

  /** Returns a copy of this request for clusters that were promised. */
  public SpaceRequest promised() {
    return new SpaceRequest(
        goalBlock, clusterCount, Purpose.PROMISED_DATA, continuing, stream, endBlock);
  }

  /** Returns a request for content of a file near a block. */
  public static SpaceRequest data(
      long goalBlock, long clusterCount, boolean continuing, long inodeNumber) {
    return new SpaceRequest(
        goalBlock, clusterCount, Purpose.DATA, continuing, inodeNumber, Long.MAX_VALUE);
  }

  /** Returns a copy of this request that requires all clusters to be below a block. */
  public SpaceRequest before(long newEndBlock) {
    return new SpaceRequest(goalBlock, clusterCount, purpose, continuing, stream, newEndBlock);
  }
}
