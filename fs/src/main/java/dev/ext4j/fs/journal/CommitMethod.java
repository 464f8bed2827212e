package dev.ext4j.fs.journal;

import java.io.IOException;

/** How the changes of a transaction reach the disk. */
public interface CommitMethod {
  /**
   * Makes a transaction durable. If it fails, the image is as before the transaction, unless the
   * exception says otherwise.
   */
  void commit(Transaction transaction) throws IOException;

  /** Marks the file system as being changed, before the first change reaches it. */
  @FunctionalInterface
  interface Gate {
    /** Lets writes pass from now on; called again it does nothing. */
    void open() throws IOException;
  }
}
