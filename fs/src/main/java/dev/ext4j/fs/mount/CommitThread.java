package dev.ext4j.fs.mount;

import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.lock.Uninterruptibly;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that makes changes durable without a request ({@code kjournald2} and the flusher of
 * the kernel). It sleeps while there are no changes.
 */
final class CommitThread implements Journal.Committer {
  private static final System.Logger LOGGER = System.getLogger(CommitThread.class.getName());

  private final CommitPolicy policy;
  private final LongSupplier nanos;
  private final Work work;
  private final Thread thread;
  private volatile long firstNanos;
  private volatile long lastNanos;
  private volatile boolean pending;
  private volatile boolean checkpointDue;
  private volatile boolean asleep;
  private volatile boolean ended;
  private @Nullable IOException failure;

  /** The changes of a file system, as this thread sees them. */
  interface Work {
    /** Returns whether there are changes that are not durable. */
    boolean isPending();

    /** Returns whether there are so many changes that they are committed before the time. */
    boolean isUrgent();

    /** Makes all changes durable. */
    void commit() throws IOException;

    /** Returns whether durable changes should be written to their home blocks. */
    boolean wantsCheckpoint();

    /** Writes some durable changes to their home blocks. */
    void checkpoint() throws IOException;
  }

  /** Creates a thread that has not started. */
  CommitThread(CommitPolicy policy, LongSupplier nanos, Work work) {
    this.policy = policy;
    this.nanos = nanos;
    this.work = work;
    this.thread = new Thread(this::run, "ext4j commit");
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  void start() {
    thread.start();
  }

  @Override
  public void changed() {
    long now = nanos.getAsLong();
    if (!pending) {
      firstNanos = now;
    }
    lastNanos = now;
    pending = true;
    if (asleep || work.isUrgent()) {
      wake();
    }
  }

  @Override
  public void committed() {
    if (work.wantsCheckpoint()) {
      checkpointDue = true;
      wake();
    }
  }

  /** Makes the thread look at the time again. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!ended) {
      parkWhile(() -> !pending && !checkpointDue && !ended);
      if (checkpointDue) {
        checkpointDue = false;
        attempt(work::checkpoint, failure);
      } else if (pending) {
        commitOrWait();
      }
    }
  }

  private void commitOrWait() {
    long wait = policy.nanosLeft(nanos.getAsLong(), firstNanos, lastNanos);
    if (wait > 0 && !work.isUrgent()) {
      LockSupport.parkNanos(this, wait);
      return;
    }
    // A change from now on may miss this commit, so it counts as the first of the next one.
    pending = false;
    attempt(work::commit, null);
    if (work.isPending() && !pending) {
      changed();
    }
  }

  private void parkWhile(BooleanSupplier condition) {
    asleep = true; // first, so that a change that is not seen below wakes this thread
    while (condition.getAsBoolean()) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  /** An attempt to make something durable. */
  private interface Attempt {
    void run() throws IOException;
  }

  /**
   * Makes an attempt.
   *
   * @param afterSuccess the failure that is left to be told after the attempt has succeeded
   */
  private void attempt(Attempt attempt, @Nullable IOException afterSuccess) {
    try {
      attempt.run();
      failure = afterSuccess;
    } catch (IOException e) {
      hasFailed(e);
    } catch (RuntimeException | Error e) {
      hasFailed(new IOException("changes could not be made durable", e));
    }
  }

  /** Keeps the failure for the close, and waits before the next attempt. */
  private void hasFailed(IOException e) {
    if (failure == null) {
      LOGGER.log(System.Logger.Level.WARNING, "changes are not durable", e);
    }
    failure = e;
    long end = nanos.getAsLong() + policy.nanosAfterFailure();
    while (!ended && end - nanos.getAsLong() > 0) {
      LockSupport.parkNanos(this, end - nanos.getAsLong());
    }
  }

  /**
   * Ends the thread. Blocks until a commit that it has begun ends. An interrupt does not end the
   * wait.
   *
   * @return the failure of its last attempt; null if that has succeeded
   */
  @Nullable IOException end() {
    ended = true;
    wake();
    Uninterruptibly.join(thread);
    return failure;
  }
}
