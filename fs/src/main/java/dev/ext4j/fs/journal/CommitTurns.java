package dev.ext4j.fs.journal;

import dev.ext4j.fs.lock.Uninterruptibly;

/**
 * The threads that need a transaction to be durable. One of them at a time commits, for itself and
 * for all others whose transaction is durable then. These return at once, and one of the rest
 * commits next.
 */
final class CommitTurns {
  private volatile long durable;
  private boolean taken;

  /**
   * Blocks until a transaction is durable, or until it is this thread's turn to commit. An
   * interrupt does not end the wait.
   *
   * @return true if the caller now commits and then calls {@link #end}; false if the transaction is
   *     durable
   */
  boolean awaitTurn(long transactionNumber) {
    return transactionNumber > durable && awaitEnd(transactionNumber);
  }

  private synchronized boolean awaitEnd(long transactionNumber) {
    Uninterruptibly.await(this, () -> !taken || transactionNumber <= durable);
    if (transactionNumber <= durable) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Ends the turn of the thread that commits, whether it has succeeded or failed. */
  synchronized void end() {
    taken = false;
    notifyAll();
  }

  /**
   * Records that a transaction and all before it are durable. Called by the thread that commits.
   */
  void setDurable(long transactionNumber) {
    durable = transactionNumber;
  }
}
