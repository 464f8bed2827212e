package dev.ext4j.fs.journal;

import java.io.IOException;

/**
 * A method of writing the changes of a transaction to the disk. At most one commit is in progress
 * at a time. Beside it, blocks join the next transaction, readers ask what the log holds, and a
 * checkpoint of the oldest transactions writes blocks home.
 */
public interface CommitMethod {
  /** Returns the maximum number of blocks of a transaction. */
  int maxTransactionBlocks();

  /**
   * Returns the maximum number of blocks of a transaction that cannot be split; not less than
   * {@link #maxTransactionBlocks}.
   */
  default int largestTransactionBlocks() {
    return maxTransactionBlocks();
  }

  /**
   * Takes over a transaction while no handle is open, and releases the space that the transaction
   * freed. After this call other threads may change the blocks of the transaction again, and the
   * committed content stays the same. If this method fails, the image is as it was before the
   * transaction, unless the exception says otherwise.
   */
  void prepare(Transaction transaction) throws IOException;

  /**
   * Makes the prepared transaction durable, while handles of the next transaction may be open. If
   * this method fails, the image is as it was before the transaction, unless the exception says
   * otherwise. The caller then undoes the changes in memory.
   */
  void write() throws IOException;

  /**
   * Receives the content of a block that is about to be changed.
   *
   * @param content the content before the change; these bytes never change again
   */
  default void joining(long blockNumber, byte[] content) {}

  /** Returns whether a recovery would write one of these blocks. */
  default boolean holds(long firstBlock, long blockCount) {
    return false;
  }

  /**
   * Returns whether committed blocks should be written to their home blocks in the background, so
   * that no commit has to wait for that. The result is a hint.
   */
  default boolean wantsCheckpoint() {
    return false;
  }

  /**
   * Chooses the oldest transactions for a checkpoint. No commit is in progress.
   *
   * @return false if there are too few transactions
   */
  default boolean beginCheckpoint() {
    return false;
  }

  /**
   * Writes the blocks of the chosen transactions to their home blocks and flushes the device.
   * Commits may be in progress. A block that a later transaction changes again is left to that
   * transaction.
   */
  default void writeOldestHome() throws IOException {}

  /**
   * Drops the chosen transactions from the log. No commit is in progress, so that each block which
   * {@link #writeOldestHome} has left is durable in a later transaction.
   */
  default void endCheckpoint() throws IOException {}

  /**
   * Records in the log that a commit has failed and may have written part of the transaction. The
   * next mount detects this.
   */
  default void recordAbort() {}

  /** Brings the file system into a state that needs no recovery. */
  void finish() throws IOException;

  /**
   * A gate that marks the file system on disk as being changed, before the first change is written.
   */
  @FunctionalInterface
  interface Gate {
    /**
     * Marks the file system on disk as being changed. After this call, changes may be written.
     * Further calls do nothing.
     *
     * @param transaction the transaction being committed, whose changes are in memory only; this
     *     call must not write them
     */
    void open(Transaction transaction) throws IOException;
  }
}
