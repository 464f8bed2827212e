package dev.ext4j.fs.journal.recovery;

import java.io.IOException;
import java.time.Instant;

/** Receives what the complete transactions of a log hold, in the order of the log. */
public interface LogVisitor {
  /**
   * A logged block.
   *
   * @param logBlock block of the log that holds its content
   * @param block where it belongs on the file system, which may be too small for that
   * @param escaped whether its first four bytes must be set to the magic number again
   * @param valid whether its checksum matches, if it has one
   */
  void block(long logBlock, long block, boolean escaped, boolean valid) throws IOException;

  /** A revoke record: older copies of a block are void. */
  void revoke(long logBlock, long block) throws IOException;

  /**
   * The commit block of the transaction that everything since the last call belongs to.
   *
   * @param firstLogBlock where the transaction begins
   * @param logBlock the commit block
   * @param commitTime when it was committed, by the clock of then
   */
  void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime)
      throws IOException;
}
