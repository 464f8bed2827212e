package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.Crc32Be;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the transactions that a crash left complete: from the one that the log's superblock names
 * on, as long as every block has the magic number, the expected sequence and a checksum that
 * matches.
 *
 * <p>A log that was never zeroed holds blocks of older logs that may look like the next
 * transaction. A wrong checksum in one whose commit is older than the last good one is such a
 * leftover, and ends the log; in a newer one it is damage, and ends the log as well, but is told.
 * The same holds for what no writer has ever put into a log: a revoke block of an impossible
 * length, or a copy of a block that the file system does not have or the log itself lies in.
 *
 * @param endSequence number of the first transaction that does not count
 * @param transactions how many count
 * @param damaged whether the log ends at a transaction that was complete once
 */
record LogScan(int endSequence, int transactions, boolean damaged) {

  static LogScan of(LogArea area, JournalSuperblock journal, Geometry geometry) throws IOException {
    return new Walk(area, journal, geometry).run();
  }

  /** One walk over the log. */
  private static final class Walk {
    private final LogArea area;
    private final JournalSuperblock journal;
    private final Geometry geometry;
    private final LogReader reader;
    private final int seed;
    private int expected;
    private int transactions;
    private long lastCommitTime = Long.MIN_VALUE;
    private boolean doubtful;
    private Crc32Be transactionChecksum = new Crc32Be();

    Walk(LogArea area, JournalSuperblock journal, Geometry geometry) {
      this.area = area;
      this.journal = journal;
      this.geometry = geometry;
      this.reader = new LogReader(area, journal, geometry.blockSize());
      this.seed = journal.checksumSeed();
      this.expected = journal.sequence();
    }

    LogScan run() throws IOException {
      while (!reader.isWorn()) {
        LogBlock block = reader.next();
        if (block.type() == LogBlock.Type.OTHER || block.sequence() != expected) {
          break;
        }
        boolean goesOn =
            switch (block.type()) {
              case DESCRIPTOR -> descriptor(block);
              case REVOKE -> revoke(block);
              case COMMIT -> commit(block);
              case OTHER -> false;
            };
        if (!goesOn) {
          return new LogScan(expected, transactions, !doubtful);
        }
      }
      return new LogScan(expected, transactions, false);
    }

    private boolean descriptor(LogBlock block) throws IOException {
      if (journal.hasChecksums() && !block.isTailChecksumValid(seed)) {
        doubtful = true;
      }
      int tags =
          block.tags(
              journal,
              (index, home, escaped, checksum) -> doubtful = doubtful || !mayBeLogged(home));
      if (journal.hasTransactionChecksum() && !journal.hasChecksums()) {
        sumTransaction(tags);
      }
      reader.step(tags);
      return true;
    }

    private void sumTransaction(int tags) throws IOException {
      transactionChecksum.add(reader.bytes());
      ByteBuffer logged =
          ByteBuffer.allocate(reader.bytes().capacity()).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < tags; i++) {
        area.read(reader.ahead(i), logged.clear());
        transactionChecksum.add(logged);
      }
    }

    /** Block 0 is not one of a file system with blocks of 1 KiB, but what boots may lie there. */
    private boolean mayBeLogged(long home) {
      return (home == 0 || geometry.containsBlocks(home, 1)) && !area.occupies(home);
    }

    private boolean revoke(LogBlock block) {
      if ((journal.hasChecksums() && !block.isTailChecksumValid(seed))
          || !block.isRevokeLengthPossible(journal)) {
        doubtful = true;
      }
      return true;
    }

    /** Whether the transaction that a commit block ends counts. */
    private boolean commit(LogBlock block) {
      long time = block.commitSeconds();
      if (doubtful) {
        // Newer than the last good commit: damage. Older: a leftover of an earlier log.
        doubtful = time < lastCommitTime;
        return false;
      }
      if (!isCommitValid(block)) {
        // With async commit it may reach the disk before what it commits: a crash, not damage.
        doubtful = time < lastCommitTime || journal.hasAsyncCommit();
        return false;
      }
      transactionChecksum = new Crc32Be();
      lastCommitTime = time;
      expected++;
      transactions++;
      return true;
    }

    private boolean isCommitValid(LogBlock block) {
      if (journal.hasChecksums()) {
        return block.isCommitChecksumValid(seed);
      }
      if (journal.hasTransactionChecksum()) {
        return block.hasNoChecksumFields()
            || (block.hasTransactionChecksum()
                && block.transactionChecksum() == transactionChecksum.value());
      }
      return true;
    }
  }
}
