package dev.ext4j.fs.cache;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The count of writes that have reached the device, and of those that are durable because the
 * device was flushed after them.
 */
final class UnflushedWrites {
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong flushed = new AtomicLong();
  private final Object flushing = new Object();
  private @Nullable IOException failure;

  /** Counts a write that has ended. */
  void add() {
    written.incrementAndGet();
  }

  /** Returns the number of writes. */
  long written() {
    return written.get();
  }

  /** Records a flush that began when at least {@code writes} writes had ended. */
  void flushed(long writes) {
    flushed.accumulateAndGet(writes, Math::max);
  }

  /**
   * Flushes the device unless the first {@code upTo} writes are durable. A thread that waits while
   * another one flushes does not flush again if that flush began late enough for it.
   *
   * @throws IOException if the flush fails. After a failure each further flush fails as well,
   *     because the device may have dropped what it had not written, and would not say so again.
   */
  void flush(long upTo, BlockDevice device) throws IOException {
    if (upTo <= flushed.get()) {
      return;
    }
    synchronized (flushing) {
      if (failure != null) {
        throw new IOException("an earlier flush of the device has failed", failure);
      }
      if (upTo <= flushed.get()) {
        return;
      }
      long before = written.get();
      try {
        device.flush();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      flushed(before);
    }
  }
}
