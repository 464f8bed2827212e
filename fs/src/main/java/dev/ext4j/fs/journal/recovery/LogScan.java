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
 * A scan that finds the transactions which were complete when the system crashed. It begins with
 * the transaction that the log's superblock points to. It continues as long as every block has the
 * magic number, the expected sequence number and a matching checksum.
 *
 * <p>A log that was never zeroed holds blocks of older logs that may look like the next
 * transaction. A transaction with a wrong checksum ends the log. If its commit time is before the
 * commit time of the last valid transaction, it is a leftover of an older log. Otherwise the
 * transaction is damaged, and the scan reports this. Contents that no writer puts into a log are
 * treated like a wrong checksum:
 *
 * <ul>
 *   <li>a revoke block of an impossible length,
 *   <li>a copy of a block that is not in the file system,
 *   <li>a copy of a block that is part of the log.
 * </ul>
 *
 * @param endSequence number of the first transaction that is not complete
 * @param transactions number of complete transactions
 * @param damaged whether the log ends at a transaction that was once complete and is now damaged
 */
record LogScan(int endSequence, int transactions, boolean damaged) {

  static LogScan of(LogArea area, JournalSuperblock journal, Geometry geometry) throws IOException {
    return new Walk(area, journal, geometry).run();
  }

  /** A walk over the log. */
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

    /**
     * Returns whether the log may hold a copy of a home block. Block 0 is not part of a file system
     * with 1 KiB blocks, but a boot loader may be there.
     */
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

    /** Returns whether the transaction that ends with a commit block is complete and valid. */
    private boolean commit(LogBlock block) {
      long time = block.commitSeconds();
      if (doubtful) {
        // A transaction newer than the last valid commit is damaged; an older one is a leftover.
        doubtful = time < lastCommitTime;
        return false;
      }
      if (!isCommitValid(block)) {
        // With async commit a commit block may reach the disk before the blocks that it commits.
        // That is the effect of a crash, not damage.
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
