package dev.ext4j.fs;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One file of an open file system, of any type. Obtained from {@link Ext4FileSystem#file}. */
@SuppressWarnings("DoNotCallSuggester") // replaced as soon as the engine stands
public final class Ext4File {
  Ext4File() {}

  /** What the inode says. */
  public FileStat stat() throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads content from a byte offset on, like pread(2): holes and unwritten blocks are zeros.
   *
   * @return the bytes transferred, at least 1 unless the buffer is full; -1 at or beyond the end
   */
  public int read(long byteOffset, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The target of a symbolic link, raw bytes. */
  public byte[] readLink() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Lists a directory. */
  public void list(DirectoryVisitor visitor) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Walks the mapping of all blocks, those beyond the end of the file included.
   *
   * @param holes whether holes up to the end of the file are reported, too
   */
  public void map(boolean holes, MappingVisitor visitor) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Walks the nodes of the extent tree; a file without one has nothing to visit. */
  public void visitTree(TreeVisitor visitor) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Deallocates a range: {@code fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)}.
   *
   * @param byteOffset first byte of the hole
   * @param byteCount its length in bytes
   */
  public void punch(long byteOffset, long byteCount, ProgressListener progress) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What {@link #punch} would do; changes nothing. */
  public PunchPlan planPunch(long byteOffset, long byteCount) throws IOException {
    throw new UnsupportedOperationException();
  }
}
