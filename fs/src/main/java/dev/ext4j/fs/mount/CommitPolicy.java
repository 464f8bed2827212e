package dev.ext4j.fs.mount;

import java.time.Duration;

/**
 * The times at which changes become durable without a request: an interval after the first of them,
 * or a short time after the last one, if there is none until then.
 */
final class CommitPolicy {
  /** The time without a change after which changes are committed early, in nanoseconds. */
  private static final long IDLE_NANOS = 200_000_000;

  private final long intervalNanos;

  /**
   * Creates a policy.
   *
   * @param interval the longest time that a change stays in memory only; not zero
   */
  CommitPolicy(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /**
   * Returns how long to wait before the changes are committed. The result is not positive if a
   * commit is due.
   *
   * @param nanos the current time
   * @param firstNanos the time of the first change that is not durable
   * @param lastNanos the time of the last change
   */
  long nanosLeft(long nanos, long firstNanos, long lastNanos) {
    long sinceFirst = nanos - firstNanos;
    long sinceLast = nanos - lastNanos;
    return Math.min(intervalNanos - sinceFirst, IDLE_NANOS - sinceLast);
  }

  /** Returns the time after a failure until the next attempt, in nanoseconds. */
  long nanosAfterFailure() {
    return intervalNanos;
  }
}
