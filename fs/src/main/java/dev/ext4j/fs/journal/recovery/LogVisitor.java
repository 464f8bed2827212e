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
   * @param escaped whether the first four bytes of the content must be set to the magic number
   *     again
   * @param valid whether the checksum of the content matches; true if the log has no checksums
   */
  void block(long logBlock, long block, boolean escaped, boolean valid) throws IOException;

  /** Receives a revoke record: older copies of {@code block} in the log are invalid. */
  void revoke(long logBlock, long block) throws IOException;

  /**
   * Receives the commit block of a transaction. All blocks and revoke records received since the
   * previous commit block belong to this transaction.
   *
   * @param firstLogBlock the first block of the transaction
   * @param logBlock the commit block
   * @param commitTime the time of the commit, by the clock of the writer
   */
  void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime)
      throws IOException;
}
