package dev.ext4j.testimages;

/**
 * A part of a file's map as the kernel's FIEMAP tells it, in blocks.
 *
 * @param blockCount 0 for inline data, whose {@code physicalBlock} is the one its inode lies in
 * @param last whether the kernel said that no extent follows
 */
public record KernelExtent(
    long logicalBlock,
    long physicalBlock,
    long blockCount,
    boolean unwritten,
    boolean last,
    boolean inline) {
  /** The block after the last one in the file. */
  public long logicalEnd() {
    return logicalBlock + blockCount;
  }

  /** Whether {@code next} goes on where this ends, in the file, on the device and in kind. */
  boolean continuedBy(KernelExtent next) {
    return !inline
        && !next.inline
        && next.unwritten == unwritten
        && next.logicalBlock == logicalEnd()
        && next.physicalBlock == physicalBlock + blockCount;
  }

  /** Both as one. */
  KernelExtent joinedWith(KernelExtent next) {
    return new KernelExtent(
        logicalBlock, physicalBlock, blockCount + next.blockCount, unwritten, next.last, inline);
  }
}
