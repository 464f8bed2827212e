package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;

/**
 * One change of a fast commit. Inode and block numbers were checked against the size of the file
 * system, and lengths against their bounds. Whether these inodes and blocks are in use was not
 * checked.
 */
public sealed interface FastCommitRecord {
  /** Returns the inode that changes. */
  long inodeNumber();

  /**
   * Logical blocks that become mapped ({@code EXT4_FC_TAG_ADD_RANGE}).
   *
   * @param logicalBlock first block within the file
   * @param physicalBlock first block on the file system
   * @param blockCount number of blocks, at least 1
   * @param unwritten whether the blocks are unwritten
   */
  record AddRange(
      long inodeNumber, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      implements FastCommitRecord {}

  /**
   * Logical blocks that are no longer mapped ({@code EXT4_FC_TAG_DEL_RANGE}), independent of the
   * size of the file.
   *
   * @param logicalBlock first block within the file
   * @param blockCount number of blocks; the range may extend to the last block that a file can have
   */
  record DeleteRange(long inodeNumber, long logicalBlock, long blockCount)
      implements FastCommitRecord {}

  /** A change of one directory entry. */
  sealed interface EntryChange extends FastCommitRecord {
    /** Returns the inode of the directory. */
    long parentInodeNumber();

    /**
     * Returns the name of the entry, 1 to 255 bytes, from position 0 to the limit; for reading
     * only.
     */
    ByteBuffer name();
  }

  /**
   * The first name of a new inode ({@code EXT4_FC_TAG_CREAT}), whose fields were recorded before.
   */
  record Create(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** Another name of an inode ({@code EXT4_FC_TAG_LINK}). */
  record Link(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** A name that an inode loses ({@code EXT4_FC_TAG_UNLINK}). */
  record Unlink(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /**
   * The new fields of an inode ({@code EXT4_FC_TAG_INODE}), without its mapping, which the ranges
   * describe.
   *
   * @param raw its bytes as in the inode table, little-endian, at least 128, but perhaps fewer than
   *     the inode size; for reading only
   */
  record InodeUpdate(long inodeNumber, ByteBuffer raw) implements FastCommitRecord {}
}
