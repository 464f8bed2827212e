package dev.ext4j.fs.file;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.Geometry;

/**
 * What of a range asked for becomes a hole.
 *
 * @param byteOffset where the hole begins
 * @param byteEnd where it ends; not behind {@code byteOffset} if nothing is removed
 * @param firstBlock first logical block that goes as a whole
 * @param blockEnd logical block behind the last one that goes; {@code firstBlock} if none does
 */
public record HoleBounds(long byteOffset, long byteEnd, long firstBlock, long blockEnd) {
  private static final long PAGE_SIZE = 4096;

  /**
   * The bounds for a file.
   *
   * <p>A hole that reaches beyond the end of the file ends with the page of the last byte, as in
   * the kernel: its last block goes as a whole, and with blocks smaller than a page those behind it
   * in the page, too; other blocks allocated beyond the end stay. Block maps leave the last block
   * that they can address alone.
   *
   * @param size of the file in bytes
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

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return byteEnd <= byteOffset;
  }
}
