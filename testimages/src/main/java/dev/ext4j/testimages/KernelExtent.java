package dev.ext4j.testimages;

/**
 * A part of a file's map from the kernel's FIEMAP. Positions and lengths are in blocks.
 *
 * @param blockCount the number of blocks, 0 for inline data, whose {@code physicalBlock} is the
 *     block that contains its inode
 * @param last whether the kernel reported that no extent follows
 */
public record KernelExtent(
    long logicalBlock,
    long physicalBlock,
    long blockCount,
    boolean unwritten,
    boolean last,
    boolean inline) {
  /** Returns the block after the last one in the file. */
  public long logicalEnd() {
    return logicalBlock + blockCount;
  }

  /**
   * Returns whether {@code next} continues this extent in the file and on the device, with the same
   * kind.
   */
  boolean continuedBy(KernelExtent next) {
    return !inline
        && !next.inline
        && next.unwritten == unwritten
        && next.logicalBlock == logicalEnd()
        && next.physicalBlock == physicalBlock + blockCount;
  }

  /** Returns both extents as one. */
  KernelExtent joinedWith(KernelExtent next) {
    return new KernelExtent(
        logicalBlock, physicalBlock, blockCount + next.blockCount, unwritten, next.last, inline);
  }
}
