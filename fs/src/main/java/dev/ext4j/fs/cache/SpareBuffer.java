package dev.ext4j.fs.cache;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that is kept between operations. Allocating a direct buffer of a megabyte takes
 * longer than writing it, because its memory is zeroed first.
 *
 * <p>Any number of threads may use this object at once. Only one thread at a time has the kept
 * buffer. A thread that calls {@link #take} meanwhile gets a new buffer.
 */
public final class SpareBuffer {
  private final AtomicReference<@Nullable ByteBuffer> kept = new AtomicReference<>();

  /** Returns a cleared buffer of at least {@code byteCount} bytes; its content is undefined. */
  public ByteBuffer take(int byteCount) {
    ByteBuffer buffer = kept.getAndSet(null);
    return buffer != null && buffer.capacity() >= byteCount
        ? buffer.clear()
        : ByteBuffer.allocateDirect(byteCount);
  }

  /**
   * Keeps a buffer for the next caller of {@link #take}. The caller of this method must not use the
   * buffer any more.
   */
  public void giveBack(ByteBuffer buffer) {
    kept.set(buffer);
  }
}
