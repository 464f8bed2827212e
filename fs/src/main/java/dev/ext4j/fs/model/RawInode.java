package dev.ext4j.fs.model;

import java.nio.ByteBuffer;

/** The fields of an inode as they are stored, for programs that inspect images. */
public interface RawInode {
  /** Returns {@code i_mode}: the type and the permission bits. */
  int mode();

  /** Returns {@code i_flags}. */
  long flags();

  /** Returns the block of extended attributes ({@code i_file_acl}), 0 for none. */
  long xattrBlock();

  /**
   * Returns {@code i_dtime}: the time of the deletion in seconds since 1970, 0 for a file that is
   * not deleted, or the next inode of the orphan list.
   */
  long deletionTime();

  /** Returns all bytes of the inode in little endian, in a new read-only buffer. */
  ByteBuffer bytes();
}
