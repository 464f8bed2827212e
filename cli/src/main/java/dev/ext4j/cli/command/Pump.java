package dev.ext4j.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Moves content from a source to a sink through a few large buffers: one thread fills them while
 * the caller's empties them. What fits into one buffer takes no second thread.
 */
final class Pump {
  /** Size of a buffer in bytes. */
  static final int CHUNK = 4 << 20;

  private static final int BUFFERS = 3;
  private static final long PATIENCE_MILLIS = 1000;

  /** Gives content. */
  @FunctionalInterface
  interface Source {
    /** Fills a buffer as far as there is something; false if there is no more. */
    boolean fill(ByteBuffer buffer) throws IOException;
  }

  /** Takes content. */
  @FunctionalInterface
  interface Sink {
    /** Takes all remaining bytes. */
    void drain(ByteBuffer content) throws IOException;
  }

  /**
   * What the filling thread hands over.
   *
   * @param content to be drained; null at the end
   * @param failure of the source, instead of content
   */
  private record Filled(@Nullable ByteBuffer content, @Nullable Throwable failure) {}

  private final Source source;
  private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(BUFFERS);

  private Pump(Source source) {
    this.source = source;
  }

  /**
   * Moves everything.
   *
   * @param byteOffset where the content goes; pieces end at multiples of {@link #CHUNK} there
   * @param expected bytes that are expected; 0 if that is not known
   */
  static void run(Source source, Sink sink, long byteOffset, long expected) throws IOException {
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
    filling.setDaemon(true); // one that hangs in a read must not keep the program alive
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

  /** The source may be about to be closed: gives it a moment to be left alone. */
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
      // The sink has failed: nobody wants more.
    }
  }
}
