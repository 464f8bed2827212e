package dev.ext4j.fs.inode;

/** The content of a file in memory, as far as the inode has to know of it. */
public interface ContentInMemory {
  /**
   * Whether content that has still to be written lies at or behind a byte of the file.
   *
   * @param byteOffset from 0 on
   */
  boolean isDirtyBehind(long byteOffset);
}
