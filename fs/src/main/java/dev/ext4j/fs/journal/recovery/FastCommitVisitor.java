package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.journal.format.FastCommitRecord;
import java.io.IOException;

/** A receiver for the records of complete fast commits, called in the order of their replay. */
@FunctionalInterface
public interface FastCommitVisitor {
  /**
   * Receives one record.
   *
   * @param commit the number of complete fast commits before the one of this record
   * @param logBlock the block of the log that holds the record
   */
  void record(int commit, long logBlock, FastCommitRecord change) throws IOException;
}
