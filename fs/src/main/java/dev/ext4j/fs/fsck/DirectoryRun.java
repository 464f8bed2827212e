package dev.ext4j.fs.fsck;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a directory that is to be read.
 *
 * @param inode of the directory
 * @param logicalBlock where the piece begins
 * @param physicalBlock where it lies; 0 for one in the inode
 * @param blockCount how long it is
 * @param inline what lies in the inode, else null: the words of {@code i_block}, then the attribute
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by content
record DirectoryRun(
    long inode, long logicalBlock, long physicalBlock, long blockCount, byte @Nullable [] inline) {
  /** A piece in blocks. */
  static DirectoryRun ofBlocks(long inode, long logical, long physical, long count) {
    return new DirectoryRun(inode, logical, physical, count, null);
  }

  /** A directory that lies in its inode. */
  static DirectoryRun inInode(long inode, byte[] content) {
    return new DirectoryRun(inode, 0, 0, 0, content);
  }
}
