package dev.ext4j.fs.format;

import java.util.List;

/**
 * The fields of {@code struct ext4_group_desc}. The second half of the structure exists only with
 * the feature 64bit.
 */
final class GroupDescriptorFields {
  private GroupDescriptorFields() {}

  static final Field.U32 BG_BLOCK_BITMAP_LO = new Field.U32("bg_block_bitmap_lo", 0x0);
  static final Field.U32 BG_INODE_BITMAP_LO = new Field.U32("bg_inode_bitmap_lo", 0x4);
  static final Field.U32 BG_INODE_TABLE_LO = new Field.U32("bg_inode_table_lo", 0x8);
  static final Field.U16 BG_FREE_BLOCKS_COUNT_LO = new Field.U16("bg_free_blocks_count_lo", 0xC);
  static final Field.U16 BG_FREE_INODES_COUNT_LO = new Field.U16("bg_free_inodes_count_lo", 0xE);
  static final Field.U16 BG_USED_DIRS_COUNT_LO = new Field.U16("bg_used_dirs_count_lo", 0x10);
  static final Field.U16 BG_FLAGS = new Field.U16("bg_flags", 0x12);
  static final Field.U32 BG_EXCLUDE_BITMAP_LO = new Field.U32("bg_exclude_bitmap_lo", 0x14);
  static final Field.U16 BG_BLOCK_BITMAP_CSUM_LO = new Field.U16("bg_block_bitmap_csum_lo", 0x18);
  static final Field.U16 BG_INODE_BITMAP_CSUM_LO = new Field.U16("bg_inode_bitmap_csum_lo", 0x1A);
  static final Field.U16 BG_ITABLE_UNUSED_LO = new Field.U16("bg_itable_unused_lo", 0x1C);
  static final Field.U16 BG_CHECKSUM = new Field.U16("bg_checksum", 0x1E);
  static final Field.U32 BG_BLOCK_BITMAP_HI = new Field.U32("bg_block_bitmap_hi", 0x20);
  static final Field.U32 BG_INODE_BITMAP_HI = new Field.U32("bg_inode_bitmap_hi", 0x24);
  static final Field.U32 BG_INODE_TABLE_HI = new Field.U32("bg_inode_table_hi", 0x28);
  static final Field.U16 BG_FREE_BLOCKS_COUNT_HI = new Field.U16("bg_free_blocks_count_hi", 0x2C);
  static final Field.U16 BG_FREE_INODES_COUNT_HI = new Field.U16("bg_free_inodes_count_hi", 0x2E);
  static final Field.U16 BG_USED_DIRS_COUNT_HI = new Field.U16("bg_used_dirs_count_hi", 0x30);
  static final Field.U16 BG_ITABLE_UNUSED_HI = new Field.U16("bg_itable_unused_hi", 0x32);
  static final Field.U32 BG_EXCLUDE_BITMAP_HI = new Field.U32("bg_exclude_bitmap_hi", 0x34);
  static final Field.U16 BG_BLOCK_BITMAP_CSUM_HI = new Field.U16("bg_block_bitmap_csum_hi", 0x38);
  static final Field.U16 BG_INODE_BITMAP_CSUM_HI = new Field.U16("bg_inode_bitmap_csum_hi", 0x3A);
  static final Field.U32 BG_RESERVED = new Field.U32("bg_reserved", 0x3C);

  static final Field.Layout LAYOUT =
      new Field.Layout(
          "ext4_group_desc",
          64,
          List.of(
              BG_BLOCK_BITMAP_LO,
              BG_INODE_BITMAP_LO,
              BG_INODE_TABLE_LO,
              BG_FREE_BLOCKS_COUNT_LO,
              BG_FREE_INODES_COUNT_LO,
              BG_USED_DIRS_COUNT_LO,
              BG_FLAGS,
              BG_EXCLUDE_BITMAP_LO,
              BG_BLOCK_BITMAP_CSUM_LO,
              BG_INODE_BITMAP_CSUM_LO,
              BG_ITABLE_UNUSED_LO,
              BG_CHECKSUM,
              BG_BLOCK_BITMAP_HI,
              BG_INODE_BITMAP_HI,
              BG_INODE_TABLE_HI,
              BG_FREE_BLOCKS_COUNT_HI,
              BG_FREE_INODES_COUNT_HI,
              BG_USED_DIRS_COUNT_HI,
              BG_ITABLE_UNUSED_HI,
              BG_EXCLUDE_BITMAP_HI,
              BG_BLOCK_BITMAP_CSUM_HI,
              BG_INODE_BITMAP_CSUM_HI,
              BG_RESERVED));
}
