package dev.ext4j.fs.journal;

import dev.ext4j.fs.lock.Uninterruptibly;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that is being committed, if there is one, and the threads that wait for its end.
 */
final class CommitInProgress {
  private volatile @Nullable Transaction transaction;

  /**
   * Begins the commit of a transaction. Until {@link #end}, {@link #transaction} returns the
   * transaction, with its content and its freed space.
   */
  synchronized void begin(Transaction committing) {
    transaction = committing;
  }

  /** Ends the commit, whether it has succeeded or failed. */
  synchronized void end() {
    transaction = null;
    notifyAll();
  }

  /** Returns the committing transaction, or null if there is none. */
  @Nullable Transaction transaction() {
    return transaction;
  }

  /**
   * Blocks until no commit is in progress.
   *
   * @return false if no commit was in progress
   */
  synchronized boolean awaitEnd() {
    if (transaction == null) {
      return false;
    }
    Uninterruptibly.await(this, () -> transaction == null);
    return true;
  }
}
