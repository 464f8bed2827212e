package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A superblock to be damaged. At first it is sound, with 4 KiB blocks, 3 groups and 64-byte
 * descriptors.
 */
final class SuperblockBytes {
  static final long BLOCK_COUNT = 70_000;

  private final ByteBuffer bytes =
      ByteBuffer.allocate(SuperblockView.SIZE).order(ByteOrder.LITTLE_ENDIAN);

  SuperblockBytes() {
    SuperblockFields.S_MAGIC.set(bytes, 0xEF53);
    SuperblockFields.S_REV_LEVEL.set(bytes, 1);
    SuperblockFields.S_LOG_BLOCK_SIZE.set(bytes, 2);
    SuperblockFields.S_LOG_CLUSTER_SIZE.set(bytes, 2);
    SuperblockFields.S_BLOCKS_COUNT_LO.set(bytes, BLOCK_COUNT);
    SuperblockFields.S_BLOCKS_PER_GROUP.set(bytes, 32768);
    SuperblockFields.S_CLUSTERS_PER_GROUP.set(bytes, 32768);
    SuperblockFields.S_INODES_PER_GROUP.set(bytes, 8192);
    SuperblockFields.S_INODES_COUNT.set(bytes, 3 * 8192);
    SuperblockFields.S_INODE_SIZE.set(bytes, 256);
    SuperblockFields.S_FIRST_INO.set(bytes, 11);
    SuperblockFields.S_DESC_SIZE.set(bytes, 64);
    SuperblockFields.S_CHECKSUM_TYPE.set(bytes, 1);
    features(
        0,
        IncompatFeature.EXTENTS.bit() | IncompatFeature.BIT64.bit(),
        RoCompatFeature.SPARSE_SUPER.bit());
  }

  SuperblockBytes set(Field field, long value) {
    if (field instanceof Field.U32 u32) {
      u32.set(bytes, value);
    } else if (field instanceof Field.U16 u16) {
      u16.set(bytes, (int) value);
    } else {
      ((Field.U8) field).set(bytes, (int) value);
    }
    return this;
  }

  SuperblockBytes features(long compat, long incompat, long roCompat) {
    return set(SuperblockFields.S_FEATURE_COMPAT, compat)
        .set(SuperblockFields.S_FEATURE_INCOMPAT, incompat)
        .set(SuperblockFields.S_FEATURE_RO_COMPAT, roCompat);
  }

  SuperblockBytes with(CompatFeature feature) {
    bytes.putInt(0x5C, bytes.getInt(0x5C) | (int) feature.bit());
    return this;
  }

  SuperblockBytes with(IncompatFeature feature) {
    bytes.putInt(0x60, bytes.getInt(0x60) | (int) feature.bit());
    return this;
  }

  SuperblockBytes with(RoCompatFeature feature) {
    bytes.putInt(0x64, bytes.getInt(0x64) | (int) feature.bit());
    return this;
  }

  SuperblockBytes without(IncompatFeature feature) {
    bytes.putInt(0x60, bytes.getInt(0x60) & ~(int) feature.bit());
    return this;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  SuperblockView view() throws CorruptionException {
    return SuperblockView.of(bytes);
  }

  Geometry geometry() throws CorruptionException {
    return Geometry.of(view());
  }
}
