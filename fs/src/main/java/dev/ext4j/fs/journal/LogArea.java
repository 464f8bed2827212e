package dev.ext4j.fs.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the log lies: its block {@code i}, wherever the mount found it. */
public interface LogArea {
  /** Blocks that the log has room for. */
  long blockCount();

  /** Fills a buffer of a block's size with block {@code i} of the log. */
  void read(long i, ByteBuffer block) throws IOException;

  /** Where block {@code i} of the log lies on the device, in bytes. */
  long byteOffset(long i) throws IOException;
}
