package dev.ext4j.fs.model;

import java.nio.ByteBuffer;

/** The fields of an inode as they are stored, for programs that inspect images. */
public interface RawInode {
  /** Returns {@code i_mode}: the type and the permission bits. */
  int mode();

  /** Returns {@code i_flags}. */
  long flags();

  /** Returns the attribute block ({@code i_file_acl}), or 0 if there is none. */
  long xattrBlock();

  /**
   * Returns {@code i_dtime}. It is the time of the deletion in seconds since 1970, or the next
   * inode of the orphan list, or 0 if neither applies.
   */
  long deletionTime();

  /** Returns all bytes of the inode in a new read-only buffer, which has little-endian order. */
  ByteBuffer bytes();
}
