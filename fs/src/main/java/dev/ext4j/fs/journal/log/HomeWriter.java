package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes blocks to their homes, neighbours together. Blocks come in ascending order. */
public final class HomeWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final BlockDevice device;
  private final int blockSize;
  private final ByteBuffer buffer;
  private long start;
  private int used;

  /**
   * A writer without a block.
   *
   * @param count how many blocks there will be at most
   */
  public HomeWriter(BlockDevice device, int blockSize, int count) {
    this.device = device;
    this.blockSize = blockSize;
    long all = (long) blockSize * Math.max(1, count);
    buffer = ByteBuffer.allocateDirect((int) Math.max(blockSize, Math.min(BUFFER_BYTES, all)));
  }

  /** Where the content of the next block is to be put, before anything else is asked for. */
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

  /** Issues the write of what is left; nothing is flushed. */
  public void finish() throws IOException {
    if (used > 0) {
      device.writeFully(start * blockSize, buffer.slice(0, used));
      used = 0;
    }
  }
}
