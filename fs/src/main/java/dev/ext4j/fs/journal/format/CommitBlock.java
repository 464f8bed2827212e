package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.format.Crc32c;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * A writer of commit blocks ({@code struct commit_header}). A durable commit block makes its
 * transaction complete.
 */
public final class CommitBlock {
  private static final int TYPE = 2;
  private static final byte CRC32 = 1; // JBD2_CRC32_CHKSUM
  private static final byte CRC32_SIZE = 4;

  private CommitBlock() {}

  /**
   * Writes a commit block.
   *
   * @param block the bytes of a block, which are overwritten
   * @param transactionChecksum crc32 of all blocks of the transaction; used with checksum v1 only
   */
  public static void write(
      ByteBuffer block,
      JournalSuperblock journal,
      int sequence,
      Instant time,
      int transactionChecksum) {
    ByteBuffer bytes = block.slice().order(ByteOrder.BIG_ENDIAN);
    LogBlock.begin(bytes, TYPE, sequence);
    bytes.putLong(LogBlock.COMMIT_SECONDS, time.getEpochSecond());
    bytes.putInt(LogBlock.COMMIT_NANOSECONDS, time.getNano());
    if (journal.hasChecksums()) {
      int checksum = Crc32c.from(journal.checksumSeed()).add(bytes, 0, bytes.capacity()).value();
      bytes.putInt(LogBlock.COMMIT_CHECKSUM, checksum);
    } else if (journal.hasTransactionChecksum()) {
      bytes.put(LogBlock.COMMIT_CHECKSUM_TYPE, CRC32);
      bytes.put(LogBlock.COMMIT_CHECKSUM_SIZE, CRC32_SIZE);
      bytes.putInt(LogBlock.COMMIT_CHECKSUM, transactionChecksum);
    }
  }
}
