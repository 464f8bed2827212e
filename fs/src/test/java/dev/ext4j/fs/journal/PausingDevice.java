package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A device on which the next write to a place waits until a test lets it go on. */
final class PausingDevice extends ForwardingDevice {
  private static final int SECONDS = 60;

  private final AtomicReference<@Nullable Pause> next = new AtomicReference<>();

  PausingDevice(BlockDevice inner) {
    super(inner);
  }

  /** A write that waits. */
  static final class Pause implements AutoCloseable {
    private final Place place;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private Pause(Place place) {
      this.place = place;
    }

    /** Waits until the write has been started. */
    void awaitReached() throws IOException {
      await(reached);
    }

    /** Lets the write go on. */
    @Override
    public void close() {
      ended.countDown();
    }

    private static void await(CountDownLatch latch) throws IOException {
      try {
        if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("nobody came within " + SECONDS + " seconds");
        }
      } catch (InterruptedException e) {
        throw (IOException) new InterruptedIOException().initCause(e);
      }
    }
  }

  /** A part of the device. */
  interface Place {
    /** Returns whether a write touches the part. */
    boolean isTouchedBy(long byteOffset, long byteEnd);
  }

  /** Makes the next write to a place wait. */
  Pause pauseAt(Place place) {
    Pause pause = new Pause(place);
    next.set(pause);
    return pause;
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Pause pause = next.get();
    if (pause != null
        && pause.place.isTouchedBy(byteOffset, byteOffset + source.remaining())
        && next.compareAndSet(pause, null)) {
      pause.reached.countDown();
      Pause.await(pause.ended);
    }
    super.writeFully(byteOffset, source);
  }
}
