package dev.ext4j.fs.inode;

/** The content of a file in memory, as the inode uses it. */
public interface ContentInMemory {
  /**
   * Returns whether a page at or after the block of a byte is dirty or being written.
   *
   * @param byteOffset the offset of the byte in the file, at least 0
   */
  boolean isDirtyBehind(long byteOffset);
}
