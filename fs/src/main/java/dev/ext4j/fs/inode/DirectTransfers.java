package dev.ext4j.fs.inode;

import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.Uninterruptibly;

/**
 * A count of the direct transfers under way. These are transfers between the blocks of a file and a
 * caller's buffer that bypass the pages ({@code i_dio_count}). A transfer begins under the inode
 * lock and ends without it. A thread that holds the inode lock exclusively and waits until the
 * count is 0 knows that no transfer uses a mapping any more.
 */
public final class DirectTransfers {
  private int count;

  /**
   * Counts the start of a transfer. The caller holds the inode lock. It must call {@link #end}
   * afterwards, even if the transfer fails.
   */
  public synchronized void begin() {
    count++;
  }

  /** Counts the end of a transfer. */
  public synchronized void end() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  /** Returns the number of transfers under way. */
  public synchronized int count() {
    return count;
  }

  /**
   * Waits until no transfer is under way. The caller holds the inode lock exclusively, so that no
   * transfer begins. It holds no handle and no tree lock, because the end of a transfer might need
   * them.
   */
  public void awaitNone() {
    HeldLocks.mine().requireNoneFrom(Rank.COMMIT, "waiting for direct transfers");
    waitForNone();
  }

  private synchronized void waitForNone() {
    Uninterruptibly.await(this, () -> count <= 0);
  }
}
