package dev.ext4j.fs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of flushes that several threads share. */
class UnflushedWritesTest {
  private final UnflushedWrites writes = new UnflushedWrites();
  private final Flushes device = new Flushes();

  /** A device that counts flushes, and holds each of them until the test lets it go on. */
  private static final class Flushes extends ForwardingDevice {
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore allowed = new Semaphore(0);
    private boolean fails;
    private int count;

    Flushes() {
      super(new MemoryBlockDevice(1024));
    }

    @Override
    public void flush() throws IOException {
      count++;
      begun.release();
      allowed.acquireUninterruptibly();
      if (fails) {
        throw new IOException("refused");
      }
    }
  }

  @Test
  void nothingWritten_isNotFlushed() throws IOException {
    writes.flush(0, device);
    assertThat(device.count).isZero();
  }

  @Test
  void writesFlushedElsewhere_areNotFlushedAgain() throws IOException {
    writes.add();
    writes.flushed(writes.written());
    writes.add();
    writes.flush(1, device);
    assertThat(device.count).isZero();
    device.allowed.release();
    writes.flush(2, device);
    assertThat(device.count).isEqualTo(1);
  }

  @Test
  void threadsThatWaitForAFlush_shareTheNext() throws Exception {
    writes.add();
    List<FutureTask<Boolean>> flushes = new ArrayList<>();
    flushes.add(start(1));
    device.begun.acquire();
    for (int i = 0; i < 8; i++) {
      writes.add(); // after the first flush has begun, so that it does not count
      flushes.add(start(writes.written()));
    }
    device.allowed.release(9);
    for (FutureTask<Boolean> flush : flushes) {
      assertThat(flush.get(50, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(device.count).isEqualTo(2);
  }

  private FutureTask<Boolean> start(long upTo) throws InterruptedException {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              writes.flush(upTo, device);
              return true;
            });
    Thread thread = new Thread(task);
    thread.start();
    while (device.count > 0
        && thread.getState() != Thread.State.BLOCKED
        && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return task;
  }

  @Test
  void flushThatFails_failsForEveryLaterCallerAsWell() {
    writes.add();
    device.fails = true;
    device.allowed.release();
    assertThatThrownBy(() -> writes.flush(1, device)).hasMessage("refused");
    device.fails = false;
    assertThatThrownBy(() -> writes.flush(1, device)).hasRootCauseMessage("refused");
    assertThat(device.count).isEqualTo(1);
  }
}
