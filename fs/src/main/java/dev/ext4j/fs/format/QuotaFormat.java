package dev.ext4j.fs.format;

import java.nio.ByteBuffer;

/**
 * The format vfsv1 ({@code v2r1} of {@code quotaio_v2.h}) of the quota files of the feature quota.
 * A quota file is a header and a tree of blocks of 1 KiB. At each level, one byte of the identifier
 * selects the next block. The leaves hold entries of 72 bytes. The methods do not check the blocks
 * that are passed to them.
 */
public final class QuotaFormat {
  /** The size of a block of the tree, whatever the block size of the file system is. */
  public static final int BLOCK_SIZE = 1024;

  /** The block of the root of the tree. */
  public static final int ROOT = 1;

  /** The number of levels of the tree above its leaves. */
  public static final int DEPTH = 4;

  /** The number of references in a block of the tree. */
  public static final int REFERENCES = BLOCK_SIZE / Integer.BYTES;

  /** The number of entries in a leaf. */
  public static final int ENTRIES = (BLOCK_SIZE - 16) / 72;

  private static final int[] MAGICS = {0xD9C01F11, 0xD9C01927, 0xD9C03F14};
  private static final int VERSION = 1;
  private static final int LEAF_HEADER = 16;
  private static final int ENTRY_SIZE = 72;
  private static final int CURRENT_INODES = 24;
  private static final int CURRENT_SPACE = 48;

  private QuotaFormat() {}

  /**
   * Returns whether a block is the header of a quota file of the given kind: 0 for users, 1 for
   * groups, 2 for projects. The header is the first block of the file.
   */
  public static boolean isHeader(ByteBuffer block, int kind) {
    return block.getInt(0) == MAGICS[kind] && block.getInt(4) == VERSION;
  }

  /** Returns reference {@code i} of a block of the tree, or 0 if it refers to no block. */
  public static long reference(ByteBuffer block, int i) {
    return block.getInt(i * Integer.BYTES) & 0xFFFFFFFFL;
  }

  /** Returns whether entry {@code i} of a leaf is in use. An unused entry is all zeros. */
  public static boolean isUsed(ByteBuffer leaf, int i) {
    for (int at = entry(i); at < entry(i + 1); at += Long.BYTES) {
      if (leaf.getLong(at) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the identifier of the user, group or project of entry {@code i}. */
  public static long id(ByteBuffer leaf, int i) {
    return leaf.getInt(entry(i)) & 0xFFFFFFFFL;
  }

  /** Returns {@code dqb_curinodes} of entry {@code i}. */
  public static long inodes(ByteBuffer leaf, int i) {
    return leaf.getLong(entry(i) + CURRENT_INODES);
  }

  /** Returns {@code dqb_curspace} of entry {@code i}, in bytes. */
  public static long space(ByteBuffer leaf, int i) {
    return leaf.getLong(entry(i) + CURRENT_SPACE);
  }

  private static int entry(int i) {
    return LEAF_HEADER + i * ENTRY_SIZE;
  }
}
