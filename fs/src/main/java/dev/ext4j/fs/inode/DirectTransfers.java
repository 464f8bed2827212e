package dev.ext4j.fs.inode;

import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.Rank;

/**
 * How many transfers between a file's blocks and somebody's buffer, past its pages, are under way
 * ({@code i_dio_count}). A transfer begins under the inode lock and ends without it; who holds that
 * lock exclusively and waits until there is none knows that nobody uses a mapping any more.
 */
public final class DirectTransfers {
  private int count;

  /** A transfer begins; the caller holds the inode lock, and ends it whatever happens. */
  public synchronized void begin() {
    count++;
  }

  /** A transfer has ended. */
  public synchronized void end() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  /** Transfers that are under way. */
  public synchronized int count() {
    return count;
  }

  /**
   * Waits until none is under way. The inode lock is held exclusively, so that none begins; no
   * handle and no tree lock is held, which the end of a transfer might need.
   */
  public void awaitNone() {
    HeldLocks.mine().requireNoneFrom(Rank.COMMIT, "waiting for direct transfers");
    waitForNone();
  }

  private synchronized void waitForNone() {
    boolean interrupted = false;
    while (count > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // what is under way has to end first
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
