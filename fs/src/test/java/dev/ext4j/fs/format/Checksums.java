package dev.ext4j.fs.format;

import java.nio.ByteBuffer;

/** The checksums of structures that the library itself never changes. */
final class Checksums {
  private Checksums() {}

  /** Makes the checksum of a leaf or of a hash tree block valid, if the block has room for one. */
  static void sealDirectoryBlock(ByteBuffer block, int seed) {
    int size = block.capacity();
    int countOffset = hashTreeCountOffset(block);
    if (countOffset == 0) {
      block.putInt(size - 4, Crc32c.from(seed).add(block, 0, size - 12).value());
      return;
    }
    int limit = block.getShort(countOffset) & 0xFFFF;
    int count = block.getShort(countOffset + 2) & 0xFFFF;
    int tail = countOffset + limit * 8;
    if (count <= limit && tail + 8 <= size) {
      int checksum =
          Crc32c.from(seed)
              .add(block, 0, countOffset + count * 8)
              .add(block, tail, tail + 4)
              .addZeros(4)
              .value();
      block.putInt(tail + 4, checksum);
    }
  }

  /** Returns the offset of the counts in a hash tree block, or 0 for a leaf. */
  static int hashTreeCountOffset(ByteBuffer block) {
    int whole = block.capacity() == 65536 ? 0xFFFF : block.capacity();
    int behindSelf = block.capacity() == 65536 ? 0xFFF4 : block.capacity() - 12;
    int first = block.getShort(4) & 0xFFFF;
    if (first == whole) {
      return 8;
    }
    return first == 12 && (block.getShort(16) & 0xFFFF) == behindSelf ? 32 : 0;
  }

  /** Makes the checksum of an attribute block valid. */
  static void sealXattrBlock(ByteBuffer block, Geometry geometry, long number) {
    block.putInt(0x10, 0);
    int checksum =
        Crc32c.from(geometry.checksumSeed())
            .addLong(number)
            .add(block, 0, block.capacity())
            .value();
    block.putInt(0x10, checksum);
  }
}
