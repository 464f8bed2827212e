package dev.ext4j.fs.lock;

import java.util.function.BooleanSupplier;

/**
 * Waits that an interrupt does not end. An operation that stops partially completed is of no use to
 * its caller, so a thread that is interrupted goes on waiting, and is interrupted afterwards.
 */
public final class Uninterruptibly {
  private Uninterruptibly() {}

  /**
   * Blocks until a condition is true. The caller holds the monitor, and each thread that makes the
   * condition true notifies all threads that wait for the monitor.
   */
  public static void await(Object monitor, BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        monitor.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Blocks until a thread has ended. */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
