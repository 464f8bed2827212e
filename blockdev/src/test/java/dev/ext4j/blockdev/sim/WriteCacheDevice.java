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
 * A disk with a volatile write cache: changes reach the wrapped device at a flush only, in order,
 * so the wrapped device always holds what is durable. Reads see the cache.
 *
 * <p>{@link #crash} shows what a power failure now could leave, as often as wanted and without
 * disturbing the run. Closing writes nothing back: what was not flushed is lost. All calls are
 * taken one at a time.
 */
public final class WriteCacheDevice implements BlockDevice {
  private final BlockDevice durable;
  private final List<DeviceEvent> pending = new ArrayList<>();
  private OverlayDevice cached;
  private boolean closed;

  /** A cache over {@code durable}, which it closes when closed. */
  public WriteCacheDevice(BlockDevice durable) {
    this.durable = durable;
    this.cached = OverlayDevice.sharing(durable);
  }

  /**
   * The disk as a power failure now could leave it: the durable content and a random subset of the
   * changes since the last flush. It shares the durable device and is of use until the next flush.
   */
  public synchronized OverlayDevice crash(RandomGenerator random, Tearing tearing)
      throws IOException {
    OverlayDevice image = OverlayDevice.sharing(durable);
    new Crash(random, tearing).keepSome(pending, image);
    return image;
  }

  /** How many writes and discards wait for a flush. */
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
   * After a failure part of the cache may have become durable; all of it is kept and tried again.
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
