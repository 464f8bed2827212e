package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the log lies: its block {@code i}, wherever the mount found it. */
public interface LogArea {
  /** Blocks that the log has room for. */
  long blockCount();

  /** The device that it lies on: that of the file system, or one of its own. */
  BlockDevice device();

  /** Where block {@code i} of the log lies on the device, in bytes. */
  long byteOffset(long i) throws IOException;

  /** Whether a block of the file system belongs to the log: then the log holds no copy of it. */
  default boolean occupies(long fileSystemBlock) {
    return false; // it is on a device of its own
  }

  /** Fills a buffer of a block's size with block {@code i} of the log. */
  default void read(long i, ByteBuffer block) throws IOException {
    device().readFully(byteOffset(i), block);
  }

  /** Writes a whole number of blocks, one after the other, from block {@code i} of the log on. */
  void write(long i, ByteBuffer blocks) throws IOException;
}
