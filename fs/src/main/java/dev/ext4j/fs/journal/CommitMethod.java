package dev.ext4j.fs.journal;

import java.io.IOException;

/** A way to bring the changes of a transaction to the disk. Calls come one at a time. */
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
   * Takes over a transaction, while no handle is open. Releases the space that it freed. Afterwards
   * its blocks may be changed again without affecting what is committed. If this fails, the image
   * is as before the transaction, unless the exception says otherwise.
   */
  void prepare(Transaction transaction) throws IOException;

  /**
   * Makes the prepared transaction durable, while handles of the next transaction may be open. If
   * this fails, the image is as before the transaction, unless the exception says otherwise. The
   * caller then undoes the changes in memory.
   */
  void write() throws IOException;

  /**
   * Receives the content of a block that is about to be changed.
   *
   * @param content the content before the change; these bytes do not change any more
   */
  default void joining(long blockNumber, byte[] content) {}

  /** Returns whether a recovery would write one of these blocks. */
  default boolean holds(long firstBlock, long blockCount) {
    return false;
  }

  /**
   * Records in the log that a commit has failed and may have left a part on disk. The next opening
   * sees it.
   */
  default void recordAbort() {}

  /** Brings the file system into a state that needs no recovery. */
  void finish() throws IOException;

  /** A gate that marks the file system as being changed, before the first change reaches it. */
  @FunctionalInterface
  interface Gate {
    /**
     * Lets writes pass from now on. Further calls do nothing.
     *
     * @param transaction the changes that are in memory only and must not be written yet
     */
    void open(Transaction transaction) throws IOException;
  }
}
