package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The area that holds the log, in an inode or on a separate device. */
public interface LogArea {
  /** Returns the number of blocks of the area. */
  long blockCount();

  /**
   * Returns the device that holds the log, which is the device of the file system or a separate
   * one.
   */
  BlockDevice device();

  /** Returns the byte offset of block {@code i} of the log on the device. */
  long byteOffset(long i) throws IOException;

  /**
   * Returns whether a block of the file system is part of the log. The log holds no copy of such a
   * block.
   */
  default boolean occupies(long fileSystemBlock) {
    return false; // the log is on a separate device
  }

  /** Fills a buffer of the size of a block with block {@code i} of the log. */
  default void read(long i, ByteBuffer block) throws IOException {
    device().readFully(byteOffset(i), block);
  }

  /** Writes a whole number of consecutive blocks, starting at block {@code i} of the log. */
  void write(long i, ByteBuffer blocks) throws IOException;
}
