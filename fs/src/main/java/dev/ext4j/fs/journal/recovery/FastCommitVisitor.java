package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.journal.format.FastCommitRecord;
import java.io.IOException;

/** Receives the records of fast commits that count, in the order in which they are replayed. */
@FunctionalInterface
public interface FastCommitVisitor {
  /**
   * One record.
   *
   * @param commit how many fast commits were complete before it: equal for the records of one
   * @param logBlock block of the log that holds it
   */
  void record(int commit, long logBlock, FastCommitRecord change) throws IOException;
}
