package dev.ext4j.blockdev.memory;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;

/**
 * A writable view of another device, which is called the base. Nothing is ever written to the base.
 * Written data stays in memory, in pages of 4 KiB, and is lost when the overlay is closed. The base
 * must not change while the overlay is open. An overlay over a read-only base is writable too.
 * Every write to the overlay is treated as durable at once.
 */
public final class OverlayDevice extends ForwardingDevice {
  private static final int PAGE_SIZE = 4096;

  /**
   * The length in bytes of the longest discard that has an effect. A longer discard would take
   * memory for each page, and the contract of {@link BlockDevice#discard} allows it to do nothing.
   */
  private static final long MAX_ZEROED_BYTES = 1L << 30;

  private final boolean owning;
  private final SparsePages pages;
  private volatile boolean closed;

  private OverlayDevice(BlockDevice base, boolean owning) {
    super(base);
    this.owning = owning;
    this.pages = new SparsePages(PAGE_SIZE, base::readFully);
  }

  /** Returns an overlay that closes {@code base} when it is closed. */
  public static OverlayDevice owning(BlockDevice base) {
    return new OverlayDevice(base, true);
  }

  /**
   * Returns an overlay that leaves {@code base} open when it is closed. Several overlays may share
   * one base.
   */
  public static OverlayDevice sharing(BlockDevice base) {
    return new OverlayDevice(base, false);
  }

  /**
   * Returns the size in bytes of all changed pages. Pages that a discard made zeros are included,
   * although they take no memory.
   */
  public long changedBytes() {
    return (long) pages.pageCount() * PAGE_SIZE;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), size());
    requireOpen();
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    if (pages.pageCount() == 0) {
      inner().readFully(byteOffset, target);
    } else {
      pages.read(byteOffset, target);
    }
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), size());
    requireOpen();
    pages.write(byteOffset, source, size());
  }

  @Override
  public void flush() throws IOException {
    requireOpen();
  }

  /** Makes the range read as zeros, or does nothing if the range is longer than 1 GiB. */
  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    Objects.checkFromIndexSize(byteOffset, byteCount, size());
    requireOpen();
    if (byteCount <= MAX_ZEROED_BYTES) {
      pages.zero(byteOffset, byteCount, size());
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
          name(), "use it", DeviceException.NO_OFFSET, Errno.EBADF.number(), "it is closed");
    }
  }
}
