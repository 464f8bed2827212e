package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.GroupDescriptorFields.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A view of {@code struct ext4_group_desc}. It has 32 bytes, or at least 64 bytes with the feature
 * 64bit.
 */
public final class GroupDescriptorView {
  private static final int INODE_UNINIT = 1; // EXT4_BG_INODE_UNINIT
  private static final int BLOCK_UNINIT = 2; // EXT4_BG_BLOCK_UNINIT
  private static final int INODE_ZEROED = 4; // EXT4_BG_INODE_ZEROED
  private static final int WIDE = 64;

  private final ByteBuffer bytes;
  private final Geometry geometry;
  private final int group;
  private final boolean wide;

  /**
   * Creates a view of the descriptor of a group, which is at a byte offset in a block of
   * descriptors.
   */
  public GroupDescriptorView(Geometry geometry, int group, ByteBuffer block, int byteOffset) {
    this.bytes = block.slice(byteOffset, geometry.descriptorSize()).order(ByteOrder.LITTLE_ENDIAN);
    this.geometry = geometry;
    this.group = group;
    this.wide = geometry.descriptorSize() >= WIDE;
  }

  public int group() {
    return group;
  }

  public long blockBitmapBlock() {
    return wide(BG_BLOCK_BITMAP_LO, BG_BLOCK_BITMAP_HI);
  }

  public long inodeBitmapBlock() {
    return wide(BG_INODE_BITMAP_LO, BG_INODE_BITMAP_HI);
  }

  public long inodeTableBlock() {
    return wide(BG_INODE_TABLE_LO, BG_INODE_TABLE_HI);
  }

  /** Returns {@code bg_free_blocks_count}, in clusters. */
  public long freeClusters() {
    return count(BG_FREE_BLOCKS_COUNT_LO, BG_FREE_BLOCKS_COUNT_HI);
  }

  /** Sets {@code bg_free_blocks_count}, in clusters. */
  public void setFreeClusters(long count) {
    setCount(BG_FREE_BLOCKS_COUNT_LO, BG_FREE_BLOCKS_COUNT_HI, count);
  }

  /** Returns {@code bg_free_inodes_count}. */
  public long freeInodes() {
    return count(BG_FREE_INODES_COUNT_LO, BG_FREE_INODES_COUNT_HI);
  }

  /** Sets {@code bg_free_inodes_count}. */
  public void setFreeInodes(long count) {
    setCount(BG_FREE_INODES_COUNT_LO, BG_FREE_INODES_COUNT_HI, count);
  }

  /** Returns {@code bg_used_dirs_count}: the number of the group's inodes that are directories. */
  public long usedDirectories() {
    return count(BG_USED_DIRS_COUNT_LO, BG_USED_DIRS_COUNT_HI);
  }

  /** Sets {@code bg_used_dirs_count}. */
  public void setUsedDirectories(long count) {
    setCount(BG_USED_DIRS_COUNT_LO, BG_USED_DIRS_COUNT_HI, count);
  }

  /**
   * Returns {@code bg_itable_unused}: the number of inodes at the end of the inode table that have
   * never been used.
   */
  public long unusedInodes() {
    return count(BG_ITABLE_UNUSED_LO, BG_ITABLE_UNUSED_HI);
  }

  /** Sets {@code bg_itable_unused}. */
  public void setUnusedInodes(long count) {
    setCount(BG_ITABLE_UNUSED_LO, BG_ITABLE_UNUSED_HI, count);
  }

  /** Marks the inode bitmap on disk as valid. */
  public void markInodesInitialized() {
    BG_FLAGS.set(bytes, BG_FLAGS.get(bytes) & ~INODE_UNINIT);
  }

  /**
   * Returns {@code bg_flags} as it is on disk, even if the file system does not use these flags.
   */
  public int rawFlags() {
    return BG_FLAGS.get(bytes);
  }

  /** Returns {@code bg_checksum} as it is on disk. */
  public int rawChecksum() {
    return BG_CHECKSUM.get(bytes);
  }

  /**
   * Returns whether the block bitmap on disk is not initialized yet. In this case its content is
   * ignored.
   */
  public boolean isBlockBitmapUninitialized() {
    return geometry.hasDescriptorChecksums() && (BG_FLAGS.get(bytes) & BLOCK_UNINIT) != 0;
  }

  /** Returns whether the inode bitmap and table on disk are not initialized yet. */
  public boolean areInodesUninitialized() {
    return geometry.hasDescriptorChecksums() && (BG_FLAGS.get(bytes) & INODE_UNINIT) != 0;
  }

  /**
   * Returns whether the inodes that have never been used are zeros on disk. If not, they may
   * contain older content.
   */
  public boolean areUnusedInodesZeroed() {
    return !geometry.hasDescriptorChecksums() || (BG_FLAGS.get(bytes) & INODE_ZEROED) != 0;
  }

  /** Marks the block bitmap on disk as valid. */
  public void markBlockBitmapInitialized() {
    BG_FLAGS.set(bytes, BG_FLAGS.get(bytes) & ~BLOCK_UNINIT);
  }

  /**
   * Returns whether the checksum of the descriptor matches. Returns true if the file system has no
   * such checksums.
   */
  public boolean isChecksumValid() {
    return !geometry.hasDescriptorChecksums() || BG_CHECKSUM.get(bytes) == checksum();
  }

  /** Updates the checksum after changes. */
  public void seal() {
    if (geometry.hasDescriptorChecksums()) {
      BG_CHECKSUM.set(bytes, checksum());
    }
  }

  /**
   * Returns whether the checksum of a block bitmap matches. It is stored in the descriptor. Returns
   * true if the file system has no such checksums.
   */
  public boolean isBlockBitmapChecksumValid(ByteBuffer bitmap) {
    if (!geometry.hasMetadataChecksums()) {
      return true;
    }
    int checksum = bitmapChecksum(bitmap, geometry.clustersPerGroup());
    return BG_BLOCK_BITMAP_CSUM_LO.get(bytes) == (checksum & 0xFFFF)
        && (!wide || BG_BLOCK_BITMAP_CSUM_HI.get(bytes) == checksum >>> 16);
  }

  /** Stores the checksum of a changed block bitmap in the descriptor. */
  public void setBlockBitmapChecksum(ByteBuffer bitmap) {
    if (geometry.hasMetadataChecksums()) {
      int checksum = bitmapChecksum(bitmap, geometry.clustersPerGroup());
      BG_BLOCK_BITMAP_CSUM_LO.set(bytes, checksum & 0xFFFF);
      if (wide) {
        BG_BLOCK_BITMAP_CSUM_HI.set(bytes, checksum >>> 16);
      }
    }
  }

  /**
   * Returns whether the checksum of an inode bitmap matches. It is stored in the descriptor.
   * Returns true if the file system has no such checksums.
   */
  public boolean isInodeBitmapChecksumValid(ByteBuffer bitmap) {
    if (!geometry.hasMetadataChecksums()) {
      return true;
    }
    int checksum = bitmapChecksum(bitmap, geometry.inodesPerGroup());
    return BG_INODE_BITMAP_CSUM_LO.get(bytes) == (checksum & 0xFFFF)
        && (!wide || BG_INODE_BITMAP_CSUM_HI.get(bytes) == checksum >>> 16);
  }

  /** Stores the checksum of a changed inode bitmap in the descriptor. */
  public void setInodeBitmapChecksum(ByteBuffer bitmap) {
    if (geometry.hasMetadataChecksums()) {
      int checksum = bitmapChecksum(bitmap, geometry.inodesPerGroup());
      BG_INODE_BITMAP_CSUM_LO.set(bytes, checksum & 0xFFFF);
      if (wide) {
        BG_INODE_BITMAP_CSUM_HI.set(bytes, checksum >>> 16);
      }
    }
  }

  private int bitmapChecksum(ByteBuffer bitmap, long bitCount) {
    int length = (int) (bitCount / 8);
    return Crc32c.from(geometry.checksumSeed()).add(bitmap, 0, length).value();
  }

  private int checksum() {
    int field = BG_CHECKSUM.offset();
    int rest = field + BG_CHECKSUM.width();
    int size = bytes.capacity();
    if (geometry.hasMetadataChecksums()) {
      return Crc32c.from(geometry.checksumSeed())
              .addInt(group)
              .add(bytes, 0, field)
              .addZeros(BG_CHECKSUM.width())
              .add(bytes, rest, size)
              .value()
          & 0xFFFF;
    }
    Crc16 crc = new Crc16().add(geometry.uuid16().bytes()).addInt(group).add(bytes, 0, field);
    if (geometry.features().has(IncompatFeature.BIT64)) {
      crc.add(bytes, rest, size);
    }
    return crc.value();
  }

  private long count(Field.U16 low, Field.U16 high) {
    return low.get(bytes) | (wide ? (long) high.get(bytes) << 16 : 0);
  }

  private void setCount(Field.U16 low, Field.U16 high, long count) {
    low.set(bytes, (int) count & 0xFFFF);
    if (wide) {
      high.set(bytes, (int) (count >>> 16));
    }
  }

  private long wide(Field.U32 low, Field.U32 high) {
    return low.get(bytes) | (wide ? high.get(bytes) << 32 : 0);
  }
}
