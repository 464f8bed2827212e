package dev.ext4j.fs.inode;

/** The content of a file in memory, as far as the inode has to know of it. */
public interface ContentInMemory {
  /**
   * Returns whether a page at or after the block of a byte is dirty or being written.
   *
   * @param byteOffset the byte in the file, from 0 on
   */
  boolean isDirtyBehind(long byteOffset);
}
