package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.format.Field;
import java.util.List;

/**
 * The layouts of all structures of the log, for code that shows every field of a structure. The
 * fields are big-endian, except those of {@link #FAST_COMMIT_TAG}.
 */
public final class JournalLayouts {
  private static final Field.U32 H_MAGIC = new Field.U32("h_magic", 0x0);
  private static final Field.U32 H_BLOCKTYPE = new Field.U32("h_blocktype", 0x4);
  private static final Field.U32 H_SEQUENCE = new Field.U32("h_sequence", 0x8);

  /** The header of all blocks of the log that are not logged blocks. */
  public static final Field.Layout HEADER =
      new Field.Layout("journal_header_t", 12, List.of(H_MAGIC, H_BLOCKTYPE, H_SEQUENCE));

  /** The superblock of the log. */
  public static final Field.Layout SUPERBLOCK =
      new Field.Layout(
          "journal_superblock_t",
          JournalSuperblock.SIZE,
          List.of(
              H_MAGIC,
              H_BLOCKTYPE,
              H_SEQUENCE,
              new Field.U32("s_blocksize", 0xC),
              new Field.U32("s_maxlen", 0x10),
              new Field.U32("s_first", 0x14),
              new Field.U32("s_sequence", 0x18),
              new Field.U32("s_start", 0x1C),
              new Field.U32("s_errno", 0x20),
              new Field.U32("s_feature_compat", 0x24),
              new Field.U32("s_feature_incompat", 0x28),
              new Field.U32("s_feature_ro_compat", 0x2C),
              new Field.Bytes("s_uuid", 0x30, 16),
              new Field.U32("s_nr_users", 0x40),
              new Field.U32("s_dynsuper", 0x44),
              new Field.U32("s_max_transaction", 0x48),
              new Field.U32("s_max_trans_data", 0x4C),
              new Field.U8("s_checksum_type", 0x50),
              new Field.Bytes("s_padding2", 0x51, 3),
              new Field.U32("s_num_fc_blks", 0x54),
              new Field.U32("s_head", 0x58),
              new Field.Bytes("s_padding", 0x5C, 160),
              new Field.U32("s_checksum", 0xFC),
              new Field.Bytes("s_users", 0x100, 768)));

  /** A commit block. */
  public static final Field.Layout COMMIT =
      new Field.Layout(
          "commit_header",
          0x3C,
          List.of(
              H_MAGIC,
              H_BLOCKTYPE,
              H_SEQUENCE,
              new Field.U8("h_chksum_type", LogBlock.COMMIT_CHECKSUM_TYPE),
              new Field.U8("h_chksum_size", LogBlock.COMMIT_CHECKSUM_SIZE),
              new Field.Bytes("h_padding", 0xE, 2),
              new Field.Bytes("h_chksum", LogBlock.COMMIT_CHECKSUM, 32),
              new Field.U64("h_commit_sec", LogBlock.COMMIT_SECONDS),
              new Field.U32("h_commit_nsec", LogBlock.COMMIT_NANOSECONDS)));

  /** The header of a revoke block. */
  public static final Field.Layout REVOKE =
      new Field.Layout(
          "jbd2_journal_revoke_header_t",
          LogBlock.REVOKE_HEADER_SIZE,
          List.of(
              H_MAGIC, H_BLOCKTYPE, H_SEQUENCE, new Field.U32("r_count", LogBlock.REVOKE_COUNT)));

  /** A tag of a descriptor block. The last field exists only with 64-bit block numbers. */
  public static final Field.Layout TAG =
      new Field.Layout(
          "journal_block_tag_t",
          12,
          List.of(
              new Field.U32("t_blocknr", 0x0),
              new Field.U16("t_checksum", 0x4),
              new Field.U16("t_flags", 0x6),
              new Field.U32("t_blocknr_high", 0x8)));

  /** A tag of a descriptor block with checksum v3. */
  public static final Field.Layout TAG3 =
      new Field.Layout(
          "journal_block_tag3_t",
          16,
          List.of(
              new Field.U32("t_blocknr", 0x0),
              new Field.U32("t_flags", 0x4),
              new Field.U32("t_blocknr_high", 0x8),
              new Field.U32("t_checksum", 0xC)));

  /** The end of a descriptor or revoke block with checksum v2 or v3. */
  public static final Field.Layout TAIL =
      new Field.Layout("jbd2_journal_block_tail", 4, List.of(new Field.U32("t_checksum", 0x0)));

  /** The start of each tag in the fast commit area, in little-endian order. */
  public static final Field.Layout FAST_COMMIT_TAG =
      new Field.Layout(
          "ext4_fc_tl", 4, List.of(new Field.U16("fc_tag", 0x0), new Field.U16("fc_len", 0x2)));

  private JournalLayouts() {}
}
