package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A range of another device, seen as a device: byte 0 of the slice is byte {@code startByte} of the
 * parent. The slice checks its own bounds, so that nothing outside of it can be reached. Errors of
 * the parent name the parent and the offset on the parent.
 */
public final class DeviceSlice extends ForwardingDevice {
  private final String name;
  private final long startByte;
  private final long byteCount;
  private final boolean owning;
  private volatile boolean closed;

  private DeviceSlice(
      BlockDevice parent, String name, long startByte, long byteCount, boolean owning) {
    super(parent);
    Objects.checkFromIndexSize(startByte, byteCount, parent.size());
    this.name = name;
    this.startByte = startByte;
    this.byteCount = byteCount;
    this.owning = owning;
  }

  /** Returns a slice that closes {@code parent} when it is closed. */
  public static DeviceSlice owning(
      BlockDevice parent, String name, long startByte, long byteCount) {
    return new DeviceSlice(parent, name, startByte, byteCount, true);
  }

  /** Returns a slice that leaves {@code parent} open when it is closed. */
  public static DeviceSlice sharing(
      BlockDevice parent, String name, long startByte, long byteCount) {
    return new DeviceSlice(parent, name, startByte, byteCount, false);
  }

  /** Returns the byte of the parent at which the slice begins. */
  public long startByte() {
    return startByte;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return byteCount;
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), byteCount);
    requireOpen();
    inner().readFully(startByte + byteOffset, target);
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), byteCount);
    requireOpen();
    inner().writeFully(startByte + byteOffset, source);
  }

  @Override
  public void flush() throws IOException {
    requireOpen();
    inner().flush();
  }

  @Override
  public void discard(long byteOffset, long count) throws IOException {
    Objects.checkFromIndexSize(byteOffset, count, byteCount);
    requireOpen();
    inner().discard(startByte + byteOffset, count);
  }

  @Override
  public void willNeed(long byteOffset, long count) {
    if (byteOffset >= 0 && byteOffset < byteCount && count > 0) {
      inner().willNeed(startByte + byteOffset, Math.min(count, byteCount - byteOffset));
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (owning) {
      super.close();
    }
  }

  private void requireOpen() throws DeviceException {
    if (closed) {
      throw new DeviceException(
          name, "use it", DeviceException.NO_OFFSET, Errno.EBADF.number(), "it is closed");
    }
  }
}
