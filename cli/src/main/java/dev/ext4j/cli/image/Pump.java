package dev.ext4j.cli.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A transfer of content from a source to a sink through a few large buffers. One thread fills the
 * buffers while the caller's thread empties them. Content that fits into one buffer needs no second
 * thread.
 */
public final class Pump {
  /** The size of a buffer in bytes. */
  static final int CHUNK = 4 << 20;

  private static final int BUFFERS = 3;
  private static final long PATIENCE_MILLIS = 1000;

  /** A source of content. */
  @FunctionalInterface
  public interface Source {
    /**
     * Reads content until the buffer is full or the content ends. Returns false if there is no more
     * content.
     */
    boolean fill(ByteBuffer buffer) throws IOException;
  }

  /** A sink for content. */
  @FunctionalInterface
  public interface Sink {
    /** Takes all remaining bytes. */
    void drain(ByteBuffer content) throws IOException;
  }

  /**
   * A result of the filling thread.
   *
   * @param content the content for the sink; null at the end
   * @param failure the failure of the source after this content; null if there was none
   */
  private record Filled(@Nullable ByteBuffer content, @Nullable Throwable failure) {}

  private final Source source;
  private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);

  private Pump(Source source) {
    this.source = source;
  }

  /**
   * Moves all content.
   *
   * @param byteOffset the offset in the target at which the content begins; the pieces end at
   *     multiples of {@link #CHUNK} in the target, unless {@code expected} is too small
   * @param expected the number of expected bytes; 0 if it is not known
   */
  public static void run(Source source, Sink sink, long byteOffset, long expected)
      throws IOException {
    int room = expected > 0 && expected < CHUNK ? (int) expected + 1 : CHUNK;
    ByteBuffer first = ByteBuffer.allocateDirect(room);
    first.limit(Math.min(room, CHUNK - (int) (byteOffset & CHUNK - 1)));
    boolean more = source.fill(first);
    sink.drain(first.flip());
    if (more) {
      new Pump(source).run(sink, room == CHUNK ? first : ByteBuffer.allocateDirect(CHUNK));
    }
  }

  private void run(Sink sink, ByteBuffer first) throws IOException {
    empty.add(first.clear());
    for (int i = 1; i < BUFFERS; i++) {
      empty.add(ByteBuffer.allocateDirect(CHUNK));
    }
    Thread filling = new Thread(this::fillAll, "source");
    filling.setDaemon(true); // a thread that hangs in a read must not keep the program alive
    filling.start();
    try {
      for (Filled next = filled.take(); next.content != null; next = filled.take()) {
        sink.drain(next.content);
        empty.add(next.content.clear());
        if (next.failure != null) {
          throw failed(next.failure);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(filling);
    }
  }

  /**
   * Ends the filling thread. Waits a short time for it, because the caller may close the source
   * next.
   */
  private static void end(Thread filling) {
    filling.interrupt();
    try {
      filling.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException failed(Throwable failure) {
    return failure instanceof IOException io ? io : new IOException(failure.toString(), failure);
  }

  private void fillAll() {
    try {
      boolean more = true;
      while (more) {
        ByteBuffer buffer = empty.take();
        Throwable failure = null;
        try {
          more = source.fill(buffer);
        } catch (IOException | RuntimeException | Error e) {
          failure = e;
          more = false;
        }
        filled.put(new Filled(buffer.flip(), failure));
      }
      filled.put(new Filled(null, null));
    } catch (InterruptedException e) {
      // The sink has failed, so no more content is needed.
    }
  }
}
