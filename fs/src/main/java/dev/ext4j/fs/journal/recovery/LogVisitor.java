package dev.ext4j.fs.journal.recovery;

import java.io.IOException;
import java.time.Instant;

/** A receiver for the contents of the complete transactions of a log, in the order of the log. */
public interface LogVisitor {
  /**
   * Receives a logged block.
   *
   * @param logBlock the block of the log that holds its content
   * @param block the home block, which may be beyond the end of the file system
   * @param escaped whether its first four bytes must be set to the magic number again
   * @param valid whether its checksum matches; true if it has none
   */
  void block(long logBlock, long block, boolean escaped, boolean valid) throws IOException;

  /** Receives a revoke record: older copies of {@code block} in the log are invalid. */
  void revoke(long logBlock, long block) throws IOException;

  /**
   * Receives the commit block of the transaction that everything since the last call belongs to.
   *
   * @param firstLogBlock the first block of the transaction
   * @param logBlock the commit block
   * @param commitTime when it was committed, by the clock of the writer
   */
  void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime)
      throws IOException;
}
