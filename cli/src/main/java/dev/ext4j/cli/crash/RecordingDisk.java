package dev.ext4j.cli.crash;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A disk that a command may open, write and close any number of times. Each write goes to an
 * overlay in memory and to a log in a file. The log keeps the order of the writes. The disk
 * therefore takes memory only for the changed pages, however often they change, and for the index
 * of the log.
 */
public final class RecordingDisk {
  /**
   * The length in bytes of the longest discard that is recorded. The overlay ignores a longer one,
   * as the contract allows.
   */
  private static final long MAX_DISCARD = 1L << 30;

  private final OverlayDevice current;
  private final WriteLog log;

  /**
   * Creates a disk that records changes over {@code base}. The base is neither changed nor closed.
   */
  public RecordingDisk(BlockDevice base, WriteLog log) {
    this.current = OverlayDevice.sharing(base);
    this.log = log;
  }

  /** Returns a device for one use of the disk. Closing the returned device ends only this use. */
  public BlockDevice lend(boolean writable) {
    return new Lent(writable);
  }

  private synchronized void write(long byteOffset, ByteBuffer source) throws IOException {
    log.write(byteOffset, source);
    current.writeFully(byteOffset, source);
  }

  private synchronized void discard(long byteOffset, long byteCount) throws IOException {
    if (byteCount > 0 && byteCount <= MAX_DISCARD) {
      log.zero(byteOffset, byteCount);
      current.discard(byteOffset, byteCount);
    }
  }

  private synchronized void flush() throws IOException {
    current.flush();
    log.flush();
  }

  private final class Lent extends ForwardingDevice {
    private final boolean writable;

    Lent(boolean writable) {
      super(current);
      this.writable = writable;
    }

    @Override
    public boolean readOnly() {
      return !writable;
    }

    @Override
    public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
      requireWritable(byteOffset);
      RecordingDisk.this.write(byteOffset, source);
    }

    @Override
    public void discard(long byteOffset, long byteCount) throws IOException {
      requireWritable(byteOffset);
      RecordingDisk.this.discard(byteOffset, byteCount);
    }

    @Override
    public void flush() throws IOException {
      RecordingDisk.this.flush();
    }

    @Override
    public void close() {
      // The next opening must find the writes of this one.
    }

    private void requireWritable(long byteOffset) throws DeviceException {
      if (!writable) {
        throw new DeviceException(
            name(), "write", byteOffset, Errno.EROFS.number(), Errno.EROFS.text());
      }
    }
  }
}
