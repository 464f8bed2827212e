package dev.ext4j.fs.fsck.dir;

import org.jspecify.annotations.Nullable;

/**
 * A part of a directory: a run of its blocks, or the whole directory if it is in its inode.
 *
 * @param inode the inode number of the directory
 * @param logicalBlock the first logical block
 * @param physicalBlock the first physical block; 0 for a directory in its inode
 * @param blockCount the number of blocks; 0 for a directory in its inode
 * @param inline the content of a directory in its inode: the words of {@code i_block}, then the
 *     value of the attribute; null for a run of blocks
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by content
record DirectoryRun(
    long inode, long logicalBlock, long physicalBlock, long blockCount, byte @Nullable [] inline) {
  /** Returns a run of blocks. */
  static DirectoryRun ofBlocks(long inode, long logical, long physical, long count) {
    return new DirectoryRun(inode, logical, physical, count, null);
  }

  /** Returns a directory that is in its inode. */
  static DirectoryRun inInode(long inode, byte[] content) {
    return new DirectoryRun(inode, 0, 0, 0, content);
  }
}
