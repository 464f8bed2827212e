package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A writer that writes blocks to their home blocks and joins adjacent blocks into one write. The
 * caller passes the blocks in ascending order.
 */
public final class HomeWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final BlockDevice device;
  private final int blockSize;
  private final ByteBuffer buffer;
  private long start;
  private int used;

  /**
   * Creates a writer that has no block yet.
   *
   * @param count the maximum number of blocks that will be written
   */
  public HomeWriter(BlockDevice device, int blockSize, int count) {
    this.device = device;
    this.blockSize = blockSize;
    long all = (long) blockSize * Math.max(1, count);
    buffer = ByteBuffer.allocateDirect((int) Math.max(blockSize, Math.min(BUFFER_BYTES, all)));
  }

  /**
   * Returns the buffer for the content of the next block. The caller fills it before the next call.
   */
  public ByteBuffer next(long blockNumber) throws IOException {
    boolean follows = blockNumber == start + used / blockSize;
    if (used > 0 && (!follows || used == buffer.capacity())) {
      finish();
    }
    if (used == 0) {
      start = blockNumber;
    }
    used += blockSize;
    return buffer.slice(used - blockSize, blockSize);
  }

  /** Issues the write of the remaining blocks. Does not flush the device. */
  public void finish() throws IOException {
    if (used > 0) {
      device.writeFully(start * blockSize, buffer.slice(0, used));
      used = 0;
    }
  }
}
