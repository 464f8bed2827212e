package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A revoke block that is being written. It lists blocks whose older copies in the log are invalid.
 * {@link LogBlock#revokes} reads such a block.
 */
public final class RevokeBlock {
  private static final int TYPE = 5;

  private final ByteBuffer bytes;
  private final JournalSuperblock journal;
  private int position = LogBlock.REVOKE_HEADER_SIZE;

  /**
   * Creates an empty revoke block.
   *
   * @param block the bytes of a block, which are overwritten
   */
  public RevokeBlock(ByteBuffer block, JournalSuperblock journal, int sequence) {
    this.bytes = block.slice().order(ByteOrder.BIG_ENDIAN);
    this.journal = journal;
    LogBlock.begin(bytes, TYPE, sequence);
  }

  /** Returns whether there is room for one more block number. */
  public boolean hasRoom() {
    int tail = journal.hasChecksums() ? LogBlock.TAIL_SIZE : 0;
    return position + numberSize(journal) <= bytes.capacity() - tail;
  }

  /** Adds the number of a block that is revoked. */
  public void add(long homeBlock) {
    if (journal.has64Bit()) {
      bytes.putLong(position, homeBlock);
    } else {
      bytes.putInt(position, (int) homeBlock);
    }
    position += numberSize(journal);
  }

  /**
   * Stores the number of bytes used ({@code r_count}), and the checksum if the log has checksums.
   */
  public void finish() {
    bytes.putInt(LogBlock.REVOKE_COUNT, position);
    LogBlock.sealTail(bytes, journal);
  }

  /** Returns the number of block numbers that fit in a revoke block. */
  public static int capacity(JournalSuperblock journal, int blockSize) {
    int tail = journal.hasChecksums() ? LogBlock.TAIL_SIZE : 0;
    return (blockSize - LogBlock.REVOKE_HEADER_SIZE - tail) / numberSize(journal);
  }

  private static int numberSize(JournalSuperblock journal) {
    return journal.has64Bit() ? Long.BYTES : Integer.BYTES;
  }
}
