package dev.ext4j.fs.mapping;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.Geometry;

/**
 * The part of a requested range that becomes a hole.
 *
 * @param byteOffset the start of the hole
 * @param byteEnd the end of the hole; at most {@code byteOffset} if nothing is removed
 * @param firstBlock the first logical block that is removed as a whole
 * @param blockEnd the logical block after the last one that is removed as a whole; {@code
 *     firstBlock} if there is none
 */
public record HoleBounds(long byteOffset, long byteEnd, long firstBlock, long blockEnd) {
  private static final long PAGE_SIZE = 4096;

  /**
   * Returns the bounds for a file.
   *
   * <p>As in the kernel, a hole that reaches beyond the end of the file ends with the page of the
   * last byte. The last block of the file is removed as a whole. If blocks are smaller than a page,
   * the blocks after it in the page are removed too. All further blocks beyond the end of the file
   * stay. If the file has a block map, the last block that the map can address is not removed.
   *
   * @param size the size of the file in bytes
   */
  public static HoleBounds of(
      long byteOffset, long byteCount, long size, BlockMapper mapper, Geometry geometry) {
    if (byteOffset < 0 || byteOffset >= size || byteCount <= 0) {
      return new HoleBounds(byteOffset, byteOffset, 0, 0);
    }
    int bits = geometry.blockSizeBits();
    long maxBlocks =
        mapper.usesExtents() ? ExtentTree.MAX_BLOCKS : mapper.indirect().maxBlocks() - 1;
    long unit = Math.max(PAGE_SIZE, geometry.blockSize());
    long end = byteCount > size - byteOffset ? (size + unit - 1) & -unit : byteOffset + byteCount;
    end = Math.min(end, maxBlocks << bits);
    long first = (byteOffset + geometry.blockSize() - 1) >>> bits;
    return new HoleBounds(byteOffset, end, first, Math.max(first, end >>> bits));
  }

  /** Returns whether there is nothing to remove. */
  public boolean isEmpty() {
    return byteEnd <= byteOffset;
  }
}
