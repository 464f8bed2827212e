package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.mount.MountOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do one operation after another for some time, until one of them fails or all are
 * stuck.
 */
final class Crowd {
  /** Few pages and few entries of status trees, so that nothing is cached for long. */
  static final MountOptions IN_LITTLE_MEMORY =
      MountOptions.readWrite().withMemory(new MemoryBounds(1 << 20, 1 << 17, 64));

  private final int threadCount;
  private final long seed;
  private final LockOrder order;
  private final AtomicLong done = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Creates threads that work on the file system with the given lock order. */
  Crowd(int threadCount, long seed, LockOrder order) {
    this.order = order;
    this.threadCount = threadCount;
    this.seed = seed;
  }

  /** The work of the threads. */
  interface Worker {
    void work(int number, Random random) throws Exception;
  }

  /** Work that the calling thread repeats while the threads run. */
  interface Beside {
    void look() throws Exception;
  }

  /** Returns the number of operations done. */
  long done() {
    return done.get();
  }

  /** Runs the threads for some seconds, while the calling thread does its own work. */
  void run(long seconds, Worker worker, Beside beside) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      int number = i;
      threads.add(new Thread(() -> work(number, worker), "stress " + i));
    }
    try (Watchdog watchdog = new Watchdog(threads, order)) {
      threads.forEach(Thread::start);
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      long last = 0;
      try {
        while (System.nanoTime() < until && failure.get() == null && watchdog.report().isEmpty()) {
          beside.look();
          if (done.get() != last) {
            last = done.get();
            watchdog.progressed();
          }
        }
      } finally {
        ended.set(true);
      }
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(90));
      }
      assertThat(watchdog.report()).isEmpty();
      for (Thread thread : threads) {
        assertThat(thread.isAlive())
            .as("%s is stuck: %s", thread, List.of(thread.getStackTrace()))
            .isFalse();
      }
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError(thrown);
    }
  }

  private void work(int number, Worker worker) {
    Random random = new Random(seed * 31 + number);
    try {
      while (!ended.get()) {
        worker.work(number, random);
        done.incrementAndGet();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      ended.set(true);
    }
  }
}
