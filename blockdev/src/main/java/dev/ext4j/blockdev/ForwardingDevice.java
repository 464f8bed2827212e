package dev.ext4j.blockdev;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The base class of devices that wrap another device. It forwards every call, including close, to
 * the wrapped device.
 */
public abstract class ForwardingDevice implements BlockDevice {
  private final BlockDevice inner;

  /** Wraps {@code inner}. */
  protected ForwardingDevice(BlockDevice inner) {
    this.inner = inner;
  }

  /** Returns the wrapped device. */
  protected final BlockDevice inner() {
    return inner;
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public long size() {
    return inner.size();
  }

  @Override
  public int sectorSize() {
    return inner.sectorSize();
  }

  @Override
  public boolean readOnly() {
    return inner.readOnly();
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    inner.readFully(byteOffset, target);
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    inner.writeFully(byteOffset, source);
  }

  @Override
  public void flush() throws IOException {
    inner.flush();
  }

  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    inner.discard(byteOffset, byteCount);
  }

  @Override
  public void willNeed(long byteOffset, long byteCount) {
    inner.willNeed(byteOffset, byteCount);
  }

  @Override
  public void close() throws IOException {
    inner.close();
  }
}
