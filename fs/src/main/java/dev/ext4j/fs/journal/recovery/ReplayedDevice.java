package dev.ext4j.fs.journal.recovery;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/**
 * A device as it will be after the replay of its journal. The device itself is not changed. The
 * view takes only a few bytes of memory for each block in the log, because it reads the content
 * from the log when it is needed.
 */
public final class ReplayedDevice extends ForwardingDevice {
  private final BlockDevice log;
  private final int blockSize;
  private final long[] blocks;
  private final long[] logOffsets;
  private final boolean[] escaped;

  /**
   * Creates a view of {@code base} as it is after a replay. Closing the view does not close {@code
   * base} or the device of the log.
   */
  public ReplayedDevice(BlockDevice base, int blockSize, Replay replay, LogArea area)
      throws IOException {
    super(base);
    this.log = area.device();
    this.blockSize = blockSize;
    int count = replay.copies().size();
    blocks = new long[count];
    logOffsets = new long[count];
    escaped = new boolean[count];
    int i = 0;
    for (Map.Entry<Long, Replay.Copy> copy : replay.copies().entrySet()) {
      blocks[i] = copy.getKey();
      logOffsets[i] = area.byteOffset(copy.getValue().logBlock());
      escaped[i++] = copy.getValue().escaped();
    }
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    long at = byteOffset;
    int limit = target.limit();
    while (target.position() < limit) {
      int next = Arrays.binarySearch(blocks, at / blockSize);
      boolean inLog = next >= 0;
      int following = inLog ? next : -next - 1;
      long end =
          inLog
              ? (blocks[next] + 1) * blockSize
              : following < blocks.length ? blocks[following] * blockSize : Long.MAX_VALUE;
      int count = (int) Math.min(limit - target.position(), end - at);
      int start = target.position();
      target.limit(start + count);
      if (inLog) {
        long within = at - blocks[next] * blockSize;
        log.readFully(logOffsets[next] + within, target);
        unescape(next, within, target, start);
      } else {
        inner().readFully(at, target);
      }
      target.limit(limit);
      at += count;
    }
  }

  /**
   * Restores the magic number in the first four bytes of a block if they were zeroed in the log.
   */
  private void unescape(int index, long within, ByteBuffer target, int start) {
    if (!escaped[index]) {
      return;
    }
    ByteBuffer magic =
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.BIG_ENDIAN).putInt(0, LogBlock.MAGIC);
    for (long i = within; i < Integer.BYTES && start + i - within < target.limit(); i++) {
      target.put((int) (start + i - within), magic.get((int) i));
    }
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    throw new DeviceException(
        name(), "write", byteOffset, Errno.EROFS.number(), "Read-only file system");
  }

  @Override
  public void flush() {}

  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    throw new DeviceException(
        name(), "discard", byteOffset, Errno.EROFS.number(), "Read-only file system");
  }

  @Override
  public void close() {}
}
