package dev.ext4j.fs.journal;

import java.io.IOException;

/** How the changes of a transaction reach the disk. Calls come one at a time. */
public interface CommitMethod {
  /** Blocks that one transaction can take at most. */
  int maxTransactionBlocks();

  /** Blocks that a transaction can take that must be one at all costs: no fewer than usual. */
  default int largestTransactionBlocks() {
    return maxTransactionBlocks();
  }

  /**
   * Takes over a transaction, while no handle is open: frees what it freed, and sees to it that its
   * blocks may be changed again without changing what is committed. If it fails, the image is as
   * before the transaction, unless the exception says otherwise.
   */
  void prepare(Transaction transaction) throws IOException;

  /**
   * Makes the transaction that was prepared durable, while handles of the next one may be open. If
   * it fails, the image is as before the transaction, unless the exception says otherwise; the
   * changes in memory are for the caller to take back.
   */
  void write() throws IOException;

  /**
   * A block is about to be changed.
   *
   * @param content what it holds; nobody changes these bytes any more
   */
  default void joining(long blockNumber, byte[] content) {}

  /** Whether a recovery would write one of these blocks. */
  default boolean holds(long firstBlock, long blockCount) {
    return false;
  }

  /** Notes in the log, for its next opening, that a commit has failed and may have left a part. */
  default void recordAbort() {}

  /** Leaves nothing for a recovery to do. */
  void finish() throws IOException;

  /** Marks the file system as being changed, before the first change reaches it. */
  @FunctionalInterface
  interface Gate {
    /**
     * Lets writes pass from now on; called again it does nothing.
     *
     * @param transaction the changes that are in memory only and must not be written yet
     */
    void open(Transaction transaction) throws IOException;
  }
}
