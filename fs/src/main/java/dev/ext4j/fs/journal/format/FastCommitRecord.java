package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;

/**
 * One change that a fast commit tells of. Inode and block numbers were checked against the file
 * system, lengths against their bounds; whether what they name exists was not.
 */
public sealed interface FastCommitRecord {
  /** The inode that changes. */
  long inodeNumber();

  /**
   * Logical blocks are mapped ({@code EXT4_FC_TAG_ADD_RANGE}).
   *
   * @param logicalBlock first block within the file
   * @param physicalBlock first block on the file system
   * @param blockCount how many there are, at least 1
   * @param unwritten whether they read as zeros
   */
  record AddRange(
      long inodeNumber, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      implements FastCommitRecord {}

  /**
   * Logical blocks are not mapped any more ({@code EXT4_FC_TAG_DEL_RANGE}), whatever the size of
   * the file is.
   *
   * @param logicalBlock first block within the file
   * @param blockCount how many there are; may reach to the last block that a file can have
   */
  record DeleteRange(long inodeNumber, long logicalBlock, long blockCount)
      implements FastCommitRecord {}

  /** A change of one entry of a directory. */
  sealed interface EntryChange extends FastCommitRecord {
    /** The directory. */
    long parentInodeNumber();

    /** The entry's name, 1 to 255 bytes, from position 0 to the limit; for reading only. */
    ByteBuffer name();
  }

  /** A new inode gets its first name ({@code EXT4_FC_TAG_CREAT}); its inode came before. */
  record Create(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** An inode gets one more name ({@code EXT4_FC_TAG_LINK}). */
  record Link(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /** An inode loses a name ({@code EXT4_FC_TAG_UNLINK}). */
  record Unlink(long parentInodeNumber, long inodeNumber, ByteBuffer name) implements EntryChange {}

  /**
   * An inode as it is afterwards ({@code EXT4_FC_TAG_INODE}), apart from its mapping, which the
   * ranges tell.
   *
   * @param raw its bytes as in the inode table, little-endian, 128 or more but perhaps fewer than
   *     an inode has; for reading only
   */
  record InodeUpdate(long inodeNumber, ByteBuffer raw) implements FastCommitRecord {}
}
