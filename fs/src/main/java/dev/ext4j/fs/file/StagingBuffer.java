package dev.ext4j.fs.file;

import java.nio.ByteBuffer;

/**
 * Memory through which pages go to the device and come from it in one transfer: a buffer of each
 * thread's own, used again and again. Nobody may hold it while somebody further down could ask.
 */
final class StagingBuffer {
  private static final int SMALLEST = 64 << 10;
  private static final ThreadLocal<ByteBuffer> MINE =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SMALLEST));

  private StagingBuffer() {}

  /** A cleared buffer whose limit is a number of bytes; what it holds is undefined. */
  static ByteBuffer of(int byteCount) {
    ByteBuffer mine = MINE.get();
    if (mine.capacity() < byteCount) {
      mine = ByteBuffer.allocateDirect(Math.max(byteCount, 2 * mine.capacity()));
      MINE.set(mine);
    }
    return mine.clear().limit(byteCount);
  }
}
