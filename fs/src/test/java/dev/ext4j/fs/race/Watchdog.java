package dev.ext4j.fs.race;

import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.LockOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A watchdog that reports which threads hold which locks, and where each thread is, if nothing
 * moves any more.
 */
final class Watchdog implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;
  private static final long LOOK_MILLIS = 500;

  private final AtomicLong progress = new AtomicLong();
  private final List<Thread> watched = new ArrayList<>();
  private final LockOrder order;
  private final Thread thread;
  private volatile String report = "";

  Watchdog(List<Thread> watched, LockOrder order) {
    this.order = order;
    this.watched.addAll(watched);
    thread = new Thread(this::watch, "watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  /** Notes that something was done. */
  void progressed() {
    progress.incrementAndGet();
  }

  /** Returns the report made when nothing moved, or an empty string. */
  String report() {
    return report;
  }

  private void watch() {
    long before = -1;
    long still = 0;
    try {
      while (report.isEmpty()) {
        Thread.sleep(LOOK_MILLIS);
        long now = progress.get();
        still = now == before ? still + LOOK_MILLIS : 0;
        before = now;
        if (still >= PATIENCE_MILLIS) {
          report = describe();
          watched.forEach(Thread::interrupt);
        }
      }
    } catch (InterruptedException e) {
      // the watched threads have ended
    }
  }

  private String describe() {
    StringBuilder text = new StringBuilder("nothing moves:\n");
    HeldLocks.describe(order).forEach(line -> text.append("  ").append(line).append('\n'));
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      StackTraceElement[] stack = entry.getValue();
      boolean ours = false;
      for (StackTraceElement element : stack) {
        ours |= element.getClassName().startsWith("dev.ext4j.fs");
      }
      if (ours) {
        text.append(entry.getKey().getName()).append('\n');
        for (StackTraceElement element : stack) {
          text.append("    at ").append(element).append('\n');
        }
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
