package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.format.Crc32c;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * A view of one block of the log. All blocks except logged blocks have a header ({@code
 * journal_header_t}), followed by the fields of a descriptor, commit or revoke block.
 */
public final class LogBlock {
  /** The magic number of the log, {@code JBD2_MAGIC_NUMBER}. */
  public static final int MAGIC = 0xC03B3998;

  static final int HEADER_SIZE = 12;
  static final int TAIL_SIZE = 4;
  static final int COMMIT_CHECKSUM = 0x10;
  static final int COMMIT_CHECKSUM_TYPE = 0xC;
  static final int COMMIT_CHECKSUM_SIZE = 0xD;
  static final int COMMIT_SECONDS = 0x30;
  static final int COMMIT_NANOSECONDS = 0x38;
  // Leaves room for 2^32 - 1 nanoseconds.
  private static final long LAST_SECOND = Instant.MAX.getEpochSecond() - 4;
  private static final int COMMIT_SIZE = 0x3C;
  static final int REVOKE_COUNT = 0xC;
  static final int REVOKE_HEADER_SIZE = 16;

  static final int FLAG_ESCAPE = 1;
  static final int FLAG_SAME_UUID = 2;
  static final int FLAG_LAST_TAG = 8;
  private static final int UUID_SIZE = 16;

  private final ByteBuffer bytes;

  /** Creates a view of a block as it was read from the log. */
  public LogBlock(ByteBuffer block) {
    bytes = block.duplicate().order(ByteOrder.BIG_ENDIAN);
  }

  /** The types of block with a header. */
  public enum Type {
    DESCRIPTOR,
    COMMIT,
    REVOKE,
    /** A block without a header, or with one of another type. */
    OTHER
  }

  /** Returns the type of the block according to its header. */
  public Type type() {
    if (bytes.getInt(0) != MAGIC) {
      return Type.OTHER;
    }
    return switch (bytes.getInt(4)) {
      case 1 -> Type.DESCRIPTOR;
      case 2 -> Type.COMMIT;
      case 5 -> Type.REVOKE;
      default -> Type.OTHER;
    };
  }

  /** Returns the number of the transaction that the block belongs to. */
  public int sequence() {
    return bytes.getInt(8);
  }

  /** Fills a block with zeros, and stores the header of a block of the given type. */
  static void begin(ByteBuffer bytes, int type, int sequence) {
    for (int i = 0; i < bytes.capacity(); i += Long.BYTES) {
      bytes.putLong(i, 0);
    }
    bytes.putInt(0, MAGIC);
    bytes.putInt(4, type);
    bytes.putInt(8, sequence);
  }

  /**
   * Stores the checksum in the last bytes of a descriptor or revoke block, if the log has
   * checksums.
   */
  static void sealTail(ByteBuffer bytes, JournalSuperblock journal) {
    if (journal.hasChecksums()) {
      int tail = bytes.capacity() - TAIL_SIZE;
      Crc32c checksum = Crc32c.from(journal.checksumSeed()).add(bytes, 0, tail);
      bytes.putInt(tail, checksum.addZeros(TAIL_SIZE).value());
    }
  }

  /**
   * Returns the crc32c over the bytes of a block as they are in the log (escaped), seeded with the
   * sequence number. Tags of checksum v2 hold its low 16 bits.
   */
  public static int dataChecksum(ByteBuffer logged, int seed, int sequence) {
    return Crc32c.from(seed)
        .addInt(Integer.toUnsignedLong(Integer.reverseBytes(sequence)))
        .add(logged, 0, logged.capacity())
        .value();
  }

  /** Returns whether the checksum in the last bytes of a descriptor or revoke block matches. */
  public boolean isTailChecksumValid(int seed) {
    int tail = bytes.capacity() - TAIL_SIZE;
    int checksum = Crc32c.from(seed).add(bytes, 0, tail).addZeros(TAIL_SIZE).value();
    return bytes.getInt(tail) == checksum;
  }

  /**
   * Returns whether the crc32c of a commit block matches (checksum v2 and v3). A writer fills the
   * bytes after the fields with zeros. If a crash tears the write, older bytes remain there. These
   * bytes have no meaning, so a checksum that matches with zeros in their place is accepted too, as
   * in Linux.
   */
  public boolean isCommitChecksumValid(int seed) {
    int found = bytes.getInt(COMMIT_CHECKSUM);
    return found == commitFields(seed).add(bytes, COMMIT_SIZE, bytes.capacity()).value()
        || found == commitFields(seed).addZeros(bytes.capacity() - COMMIT_SIZE).value();
  }

  private Crc32c commitFields(int seed) {
    return Crc32c.from(seed)
        .add(bytes, 0, COMMIT_CHECKSUM)
        .addZeros(4)
        .add(bytes, COMMIT_CHECKSUM + 4, COMMIT_SIZE);
  }

  /** Returns whether a commit block has a crc32 of its transaction (checksum v1). */
  public boolean hasTransactionChecksum() {
    return bytes.get(COMMIT_CHECKSUM_TYPE) == 1 && bytes.get(COMMIT_CHECKSUM_SIZE) == 4;
  }

  /** Returns whether a commit block leaves all fields of checksum v1 empty. */
  public boolean hasNoChecksumFields() {
    return bytes.get(COMMIT_CHECKSUM_TYPE) == 0
        && bytes.get(COMMIT_CHECKSUM_SIZE) == 0
        && bytes.getInt(COMMIT_CHECKSUM) == 0;
  }

  /** Returns the crc32 of a commit block's transaction (checksum v1). */
  public int transactionChecksum() {
    return bytes.getInt(COMMIT_CHECKSUM);
  }

  /**
   * Returns when a commit block's transaction was committed, in seconds since 1970. The time is
   * meant for comparison with other commit blocks of the same log. Old tools used other units, so
   * it may be out of the range of real times.
   */
  public long commitSeconds() {
    return bytes.getLong(COMMIT_SECONDS);
  }

  /**
   * Returns when a commit block's transaction was committed, or the nearest time that an {@link
   * Instant} can represent.
   */
  public Instant commitInstant() {
    long seconds = bytes.getLong(COMMIT_SECONDS);
    long nanoseconds = bytes.getInt(COMMIT_NANOSECONDS) & 0xFFFFFFFFL;
    long bounded = Math.max(Instant.MIN.getEpochSecond(), Math.min(seconds, LAST_SECOND));
    return Instant.ofEpochSecond(bounded, nanoseconds);
  }

  /** A receiver for the tags of a descriptor block. */
  public interface TagVisitor {
    /**
     * Receives one tag.
     *
     * @param index the number of tags before this one; the logged blocks follow in the same order
     * @param block the home block
     * @param escaped whether the first four bytes of the logged block were zeroed because they were
     *     the magic number
     * @param checksum the checksum of the logged block: all 32 bits with checksum v3, otherwise the
     *     low 16 bits
     */
    void tag(int index, long block, boolean escaped, int checksum);
  }

  /**
   * Passes the tags of a descriptor block to a visitor.
   *
   * @return the number of tags
   */
  public int tags(JournalSuperblock journal, TagVisitor visitor) {
    int tagSize = journal.tagSize();
    int end = bytes.capacity() - (journal.hasChecksums() ? TAIL_SIZE : 0);
    int count = 0;
    for (int at = HEADER_SIZE; at + tagSize <= end; ) {
      long block = bytes.getInt(at) & 0xFFFFFFFFL;
      int flags;
      int checksum;
      if (journal.hasWideTags()) {
        flags = bytes.getInt(at + 4);
        block |= journal.has64Bit() ? (long) bytes.getInt(at + 8) << 32 : 0;
        checksum = bytes.getInt(at + 12);
      } else {
        checksum = bytes.getShort(at + 4) & 0xFFFF;
        flags = bytes.getShort(at + 6);
        block |= journal.has64Bit() ? (long) bytes.getInt(at + 8) << 32 : 0;
      }
      visitor.tag(count++, block, (flags & FLAG_ESCAPE) != 0, checksum);
      if ((flags & FLAG_LAST_TAG) != 0) {
        break;
      }
      at += tagSize + ((flags & FLAG_SAME_UUID) != 0 ? 0 : UUID_SIZE);
    }
    return count;
  }

  /** A receiver for the records of a revoke block. */
  public interface RevokeVisitor {
    /** Receives the number of a block whose older copies in the log are invalid. */
    void revoked(long block);
  }

  /** Returns whether the length stored in a revoke block is possible. */
  public boolean isRevokeLengthPossible(JournalSuperblock journal) {
    int used = bytes.getInt(REVOKE_COUNT);
    int limit = bytes.capacity() - (journal.hasChecksums() ? TAIL_SIZE : 0);
    return used >= REVOKE_HEADER_SIZE && used <= limit;
  }

  /**
   * Passes the records of a revoke block to a visitor. A block with an impossible length has no
   * records.
   */
  public void revokes(JournalSuperblock journal, RevokeVisitor visitor) {
    if (!isRevokeLengthPossible(journal)) {
      return;
    }
    int used = bytes.getInt(REVOKE_COUNT);
    int size = journal.has64Bit() ? 8 : 4;
    for (int at = REVOKE_HEADER_SIZE; at + size <= used; at += size) {
      visitor.revoked(journal.has64Bit() ? bytes.getLong(at) : bytes.getInt(at) & 0xFFFFFFFFL);
    }
  }
}
