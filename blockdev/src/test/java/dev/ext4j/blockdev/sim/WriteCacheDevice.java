package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A disk with a volatile write cache. Changes reach the wrapped device only at a flush, in order,
 * so that the wrapped device always holds the durable content. Reads see the cache.
 *
 * <p>{@link #crash} shows the content that a power failure at this moment could leave. It can be
 * called any number of times and does not disturb the run. Closing writes nothing back: changes
 * that were not flushed are lost. All calls are serialised.
 */
public final class WriteCacheDevice implements BlockDevice {
  private final BlockDevice durable;
  private final List<DeviceEvent> pending = new ArrayList<>();
  private OverlayDevice cached;
  private boolean closed;

  /** Creates a cache over {@code durable}, which is closed together with the cache. */
  public WriteCacheDevice(BlockDevice durable) {
    this.durable = durable;
    this.cached = OverlayDevice.sharing(durable);
  }

  /**
   * Returns the disk as a power failure at this moment could leave it: the durable content and a
   * random subset of the changes since the last flush. The returned disk reads from the durable
   * device and is valid until the next flush.
   */
  public synchronized OverlayDevice crash(RandomGenerator random, Tearing tearing)
      throws IOException {
    OverlayDevice image = OverlayDevice.sharing(durable);
    new Crash(random, tearing).keepSome(pending, image);
    return image;
  }

  /** Returns the number of writes and discards that wait for a flush. */
  public synchronized int pendingCount() {
    return pending.size();
  }

  @Override
  public String name() {
    return durable.name();
  }

  @Override
  public long size() {
    return durable.size();
  }

  @Override
  public int sectorSize() {
    return durable.sectorSize();
  }

  @Override
  public boolean readOnly() {
    return durable.readOnly();
  }

  @Override
  public synchronized void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), size());
    requireOpen();
    cached.readFully(byteOffset, target);
  }

  @Override
  public synchronized void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), size());
    requireWritable("write", byteOffset);
    pending.add(new DeviceEvent.Write(byteOffset, source));
    cached.writeFully(byteOffset, source);
  }

  @Override
  public synchronized void discard(long byteOffset, long byteCount) throws IOException {
    Objects.checkFromIndexSize(byteOffset, byteCount, size());
    requireWritable("discard", byteOffset);
    pending.add(new DeviceEvent.Discard(byteOffset, byteCount));
    cached.discard(byteOffset, byteCount);
  }

  /**
   * Writes the cached changes to the wrapped device and flushes it. After a failure part of the
   * changes may be durable. All of them stay in the cache, and the next flush writes them again.
   */
  @Override
  public synchronized void flush() throws IOException {
    requireOpen();
    for (DeviceEvent event : pending) {
      event.applyTo(durable);
    }
    durable.flush();
    pending.clear();
    cached = OverlayDevice.sharing(durable);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    pending.clear();
    durable.close();
  }

  private void requireWritable(String action, long byteOffset) throws DeviceException {
    requireOpen();
    if (readOnly()) {
      throw new DeviceException(
          name(), action, byteOffset, Errno.EROFS.number(), Errno.EROFS.text());
    }
  }

  private void requireOpen() throws DeviceException {
    if (closed) {
      throw new DeviceException(
          name(), "use it", DeviceException.NO_OFFSET, Errno.EBADF.number(), "it is closed");
    }
  }
}
