package dev.ext4j.fs.format;

import java.util.List;

/**
 * The fields of {@code struct ext4_inode}. The fields at and after {@code i_extra_isize} exist only
 * in inodes larger than 128 bytes. The value of {@code i_extra_isize} is the number of bytes that
 * an inode uses for these fields.
 */
final class InodeFields {
  private InodeFields() {}

  static final Field.U16 I_MODE = new Field.U16("i_mode", 0x0);
  static final Field.U16 I_UID = new Field.U16("i_uid", 0x2);
  static final Field.U32 I_SIZE_LO = new Field.U32("i_size_lo", 0x4);
  static final Field.U32 I_ATIME = new Field.U32("i_atime", 0x8);
  static final Field.U32 I_CTIME = new Field.U32("i_ctime", 0xC);
  static final Field.U32 I_MTIME = new Field.U32("i_mtime", 0x10);
  static final Field.U32 I_DTIME = new Field.U32("i_dtime", 0x14);
  static final Field.U16 I_GID = new Field.U16("i_gid", 0x18);
  static final Field.U16 I_LINKS_COUNT = new Field.U16("i_links_count", 0x1A);
  static final Field.U32 I_BLOCKS_LO = new Field.U32("i_blocks_lo", 0x1C);
  static final Field.U32 I_FLAGS = new Field.U32("i_flags", 0x20);
  static final Field.U32 I_VERSION_LO = new Field.U32("i_version_lo", 0x24);
  static final Field.Bytes I_BLOCK = new Field.Bytes("i_block", 0x28, 60);
  static final Field.U32 I_GENERATION = new Field.U32("i_generation", 0x64);
  static final Field.U32 I_FILE_ACL_LO = new Field.U32("i_file_acl_lo", 0x68);
  static final Field.U32 I_SIZE_HIGH = new Field.U32("i_size_high", 0x6C);
  static final Field.U32 I_OBSO_FADDR = new Field.U32("i_obso_faddr", 0x70);
  static final Field.U16 I_BLOCKS_HIGH = new Field.U16("i_blocks_high", 0x74);
  static final Field.U16 I_FILE_ACL_HIGH = new Field.U16("i_file_acl_high", 0x76);
  static final Field.U16 I_UID_HIGH = new Field.U16("i_uid_high", 0x78);
  static final Field.U16 I_GID_HIGH = new Field.U16("i_gid_high", 0x7A);
  static final Field.U16 I_CHECKSUM_LO = new Field.U16("i_checksum_lo", 0x7C);
  static final Field.U16 I_RESERVED = new Field.U16("i_reserved", 0x7E);
  static final Field.U16 I_EXTRA_ISIZE = new Field.U16("i_extra_isize", 0x80);
  static final Field.U16 I_CHECKSUM_HI = new Field.U16("i_checksum_hi", 0x82);
  static final Field.U32 I_CTIME_EXTRA = new Field.U32("i_ctime_extra", 0x84);
  static final Field.U32 I_MTIME_EXTRA = new Field.U32("i_mtime_extra", 0x88);
  static final Field.U32 I_ATIME_EXTRA = new Field.U32("i_atime_extra", 0x8C);
  static final Field.U32 I_CRTIME = new Field.U32("i_crtime", 0x90);
  static final Field.U32 I_CRTIME_EXTRA = new Field.U32("i_crtime_extra", 0x94);
  static final Field.U32 I_VERSION_HI = new Field.U32("i_version_hi", 0x98);
  static final Field.U32 I_PROJID = new Field.U32("i_projid", 0x9C);

  static final Field.Layout LAYOUT =
      new Field.Layout(
          "ext4_inode",
          160,
          List.of(
              I_MODE,
              I_UID,
              I_SIZE_LO,
              I_ATIME,
              I_CTIME,
              I_MTIME,
              I_DTIME,
              I_GID,
              I_LINKS_COUNT,
              I_BLOCKS_LO,
              I_FLAGS,
              I_VERSION_LO,
              I_BLOCK,
              I_GENERATION,
              I_FILE_ACL_LO,
              I_SIZE_HIGH,
              I_OBSO_FADDR,
              I_BLOCKS_HIGH,
              I_FILE_ACL_HIGH,
              I_UID_HIGH,
              I_GID_HIGH,
              I_CHECKSUM_LO,
              I_RESERVED,
              I_EXTRA_ISIZE,
              I_CHECKSUM_HI,
              I_CTIME_EXTRA,
              I_MTIME_EXTRA,
              I_ATIME_EXTRA,
              I_CRTIME,
              I_CRTIME_EXTRA,
              I_VERSION_HI,
              I_PROJID));
}
