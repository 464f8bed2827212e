package dev.ext4j.fs.alloc;

/**
 * Clusters that are wanted, one after the other.
 *
 * @param goalBlock where they should begin
 * @param clusterCount how many, from 1 on
 * @param purpose what for
 * @param continuing whether the goal continues an extent of the file: then even a short run there
 *     is better than a long one elsewhere
 * @param stream number of the inode whose content they are, 0 for none
 * @param endBlock all of them lie before this block
 */
public record SpaceRequest(
    long goalBlock,
    long clusterCount,
    Purpose purpose,
    boolean continuing,
    long stream,
    long endBlock) {
  /** The block behind all that a pointer of 32 bits can name, as block maps have. */
  public static final long END_OF_BLOCK_MAPS = 1L << 32;

  /**
   * Returns the block behind all that a mapping can name.
   *
   * @param extents whether it is an extent tree, not a block map
   */
  public static long endOfMapping(boolean extents) {
    return extents ? Long.MAX_VALUE : END_OF_BLOCK_MAPS;
  }

  /** What space is taken for, which decides how much of the last of it may be used. */
  public enum Purpose {
    /** Content of files. */
    DATA,
    /** Content of files for which space was promised when it was written to memory. */
    PROMISED_DATA,
    /** Nodes of trees and the like. */
    METADATA
  }

  /** Checks the count. */
  public SpaceRequest {
    if (clusterCount < 1) {
      throw new IllegalArgumentException("no clusters are wanted");
    }
  }

  /** Metadata near a block. */
  public static SpaceRequest metadata(long goalBlock, long clusterCount) {
    return new SpaceRequest(goalBlock, clusterCount, Purpose.METADATA, false, 0, Long.MAX_VALUE);
  }

  /** The same, in fulfilment of a promise. */
  public SpaceRequest promised() {
    return new SpaceRequest(
        goalBlock, clusterCount, Purpose.PROMISED_DATA, continuing, stream, endBlock);
  }

  /** Content of a file near a block. */
  public static SpaceRequest data(
      long goalBlock, long clusterCount, boolean continuing, long inodeNumber) {
    return new SpaceRequest(
        goalBlock, clusterCount, Purpose.DATA, continuing, inodeNumber, Long.MAX_VALUE);
  }

  /** The same, with all clusters before a block. */
  public SpaceRequest before(long newEndBlock) {
    return new SpaceRequest(goalBlock, clusterCount, purpose, continuing, stream, newEndBlock);
  }
}
