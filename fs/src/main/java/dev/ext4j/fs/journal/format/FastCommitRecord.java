package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;

/**
 * One change of a fast commit. Its inode and block numbers are within the file system, and its
 * lengths are within their bounds. The inodes and blocks may be free, because the reader of the
 * record does not check that.
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
   * Logical blocks that are no longer mapped ({@code EXT4_FC_TAG_DEL_RANGE}). The range may extend
   * beyond the size of the file.
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
     * Returns the name of the entry in a read-only buffer. It has 1 to 255 bytes, from position 0
     * to the limit.
     */
    ByteBuffer name();
  }

  /**
   * The first name of a new inode ({@code EXT4_FC_TAG_CREAT}). The fields of the inode are in an
   * earlier record.
   */
  record Create(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** Another name of an inode ({@code EXT4_FC_TAG_LINK}). */
  record Link(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** A name that an inode loses ({@code EXT4_FC_TAG_UNLINK}). */
  record Unlink(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /**
   * The new fields of an inode ({@code EXT4_FC_TAG_INODE}). The mapping of the inode is not part of
   * this record, because {@link AddRange} and {@link DeleteRange} describe it.
   *
   * @param raw the bytes of the inode as in the inode table, in a read-only, little-endian buffer.
   *     There are at least 128 bytes, but there may be fewer than the inode size.
   */
  record InodeUpdate(long inodeNumber, ByteBuffer raw) implements FastCommitRecord {}
}
