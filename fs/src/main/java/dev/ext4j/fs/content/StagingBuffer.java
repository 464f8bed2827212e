package dev.ext4j.fs.content;

import java.nio.ByteBuffer;

/**
 * The buffers, one for each thread, through which several pages are read or written in one
 * transfer. Each call in a thread may return the same buffer. Therefore a method must not use its
 * buffer any more after it has called other code that may use the buffer of the thread.
 */
final class StagingBuffer {
  private static final int SMALLEST = 64 << 10;
  private static final ThreadLocal<ByteBuffer> MINE =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SMALLEST));

  private StagingBuffer() {}

  /** Returns the cleared buffer with a limit of {@code byteCount}. Its content is undefined. */
  static ByteBuffer of(int byteCount) {
    ByteBuffer mine = MINE.get();
    if (mine.capacity() < byteCount) {
      mine = ByteBuffer.allocateDirect(Math.max(byteCount, 2 * mine.capacity()));
      MINE.set(mine);
    }
    return mine.clear().limit(byteCount);
  }
}
