package dev.ext4j.fs.journal;

import org.jspecify.annotations.Nullable;

/**
 * The transaction that is being committed, if there is one, and the threads that wait for its end.
 */
final class CommitInProgress {
  private volatile @Nullable Transaction transaction;

  /** Begins with a transaction: from now on its content and its freed space are found here. */
  synchronized void begin(Transaction committing) {
    transaction = committing;
  }

  /** Ends, whether the commit has succeeded or not. */
  synchronized void end() {
    transaction = null;
    notifyAll();
  }

  /** Returns the transaction, or null where none is being committed. */
  @Nullable Transaction transaction() {
    return transaction;
  }

  /**
   * Blocks until no commit is in progress. An interrupt does not end it: half an operation is of no
   * use to its caller.
   *
   * @return false if none was
   */
  synchronized boolean awaitEnd() {
    if (transaction == null) {
      return false;
    }
    boolean interrupted = false;
    while (transaction != null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
