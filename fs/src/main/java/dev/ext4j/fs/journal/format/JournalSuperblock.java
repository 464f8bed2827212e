package dev.ext4j.fs.journal.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Crc32c;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A view of {@code journal_superblock_t}, which takes 1024 bytes at the start of the log. */
public final class JournalSuperblock {
  /** Size of the structure in bytes. */
  public static final int SIZE = 1024;

  private static final int VERSION_1 = 3;
  private static final int VERSION_2 = 4;

  private static final int S_TYPE = 0x4;
  private static final int S_BLOCKSIZE = 0xC;
  private static final int S_MAXLEN = 0x10;
  private static final int S_FIRST = 0x14;
  private static final int S_SEQUENCE = 0x18;
  private static final int S_START = 0x1C;
  private static final int S_ERRNO = 0x20;
  private static final int S_FEATURE_COMPAT = 0x24;
  private static final int S_FEATURE_INCOMPAT = 0x28;
  private static final int S_FEATURE_RO_COMPAT = 0x2C;
  private static final int S_UUID = 0x30;
  private static final int S_NR_USERS = 0x40;
  private static final int S_CHECKSUM_TYPE = 0x50;
  private static final int S_NUM_FC_BLKS = 0x54;
  private static final int S_CHECKSUM = 0xFC;
  private static final int S_USERS = 0x100;
  private static final int MOST_USERS = 48; // JBD2_USERS_MAX

  private static final int COMPAT_CHECKSUM = 0x1;
  private static final int INCOMPAT_REVOKE = 0x1;
  private static final int INCOMPAT_64BIT = 0x2;
  private static final int INCOMPAT_ASYNC_COMMIT = 0x4;
  private static final int INCOMPAT_CSUM_V2 = 0x8;
  private static final int INCOMPAT_CSUM_V3 = 0x10;
  private static final int INCOMPAT_FAST_COMMIT = 0x20;
  private static final int INCOMPAT_KNOWN = 0x3F;

  private static final List<String> INCOMPAT_NAMES =
      List.of(
          "journal_incompat_revoke",
          "journal_64bit",
          "journal_async_commit",
          "journal_checksum_v2",
          "journal_checksum_v3",
          "fast_commit");

  private static final int DEFAULT_FAST_COMMIT_BLOCKS = 256;
  private static final int FEWEST_BLOCKS = 1024;
  private static final int CRC32C = 4;

  private final ByteBuffer bytes;

  private JournalSuperblock(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Returns a view of a copy of the bytes. */
  public JournalSuperblock copy() {
    ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.BIG_ENDIAN);
    bytes.get(0, copy.array());
    return new JournalSuperblock(copy);
  }

  /** Returns the bytes, in big endian and read-only. */
  public ByteBuffer bytes() {
    return bytes.asReadOnlyBuffer().clear();
  }

  /** Returns {@code s_blocksize}, in bytes. */
  public int blockSize() {
    return bytes.getInt(S_BLOCKSIZE);
  }

  /**
   * Returns a view of the first block of a log.
   *
   * @param blockSize block size of the file system, which the block size of the log must equal
   * @param logBlocks number of blocks of the area that holds the log
   * @throws CorruptionException with JOURNAL if a field is invalid or the checksum does not match
   * @throws UnsupportedFeatureException if the log has an unknown feature, which the message names
   */
  public static JournalSuperblock of(ByteBuffer block, int blockSize, long logBlocks)
      throws CorruptionException, UnsupportedFeatureException {
    ByteBuffer bytes = block.slice(0, SIZE).order(ByteOrder.BIG_ENDIAN);
    int type = bytes.getInt(4);
    if (bytes.getInt(0) != LogBlock.MAGIC || (type != VERSION_1 && type != VERSION_2)) {
      throw corrupt("no superblock of a journal");
    }
    JournalSuperblock view = new JournalSuperblock(bytes);
    view.checkFeatures();
    if ((view.has(INCOMPAT_CSUM_V2) && view.has(INCOMPAT_CSUM_V3))
        || (view.hasChecksums() && view.hasTransactionChecksum())) {
      throw corrupt("the journal has checksums of two kinds");
    }
    if (view.hasChecksums() && bytes.getInt(S_CHECKSUM) != view.checksum()) {
      throw corrupt("the checksum of the journal's superblock does not match");
    }
    if (bytes.getInt(S_BLOCKSIZE) != blockSize) {
      throw corrupt("the journal has blocks of " + bytes.getInt(S_BLOCKSIZE) + " bytes");
    }
    long length = view.u32(S_MAXLEN);
    if (length > logBlocks || length < FEWEST_BLOCKS) {
      throw corrupt("a journal of " + length + " blocks, with room for " + logBlocks);
    }
    if (view.firstBlock() < 1
        || view.firstBlock() >= view.endBlock()
        || (view.startBlock() != 0
            && (view.startBlock() < view.firstBlock() || view.startBlock() >= view.endBlock()))) {
      throw corrupt("the journal starts outside itself");
    }
    return view;
  }

  private void checkFeatures() throws UnsupportedFeatureException {
    int unknown = incompat() & ~INCOMPAT_KNOWN;
    int unknownReadOnly = version2() ? bytes.getInt(S_FEATURE_RO_COMPAT) : 0;
    if (unknown != 0 || unknownReadOnly != 0) {
      throw new UnsupportedFeatureException(
          "journal feature",
          String.format(
              Locale.ROOT,
              "the journal has unknown features 0x%x: it cannot be replayed",
              unknown != 0 ? unknown : unknownReadOnly));
    }
    if (hasChecksums() && bytes.get(S_CHECKSUM_TYPE) != CRC32C) {
      throw new UnsupportedFeatureException(
          "journal checksum", "the journal has an unknown type of checksum");
    }
  }

  /** Returns the first block of the ring that holds the transactions. */
  public long firstBlock() {
    return u32(S_FIRST);
  }

  /**
   * Returns the block after the last block of the ring. The fast commit area follows the ring. If
   * this area would leave the ring fewer blocks than a log must have, the ring takes the whole log,
   * as in Linux.
   */
  public long endBlock() {
    long length = u32(S_MAXLEN);
    long beforeFastCommits = length - fastCommitBlocks();
    return hasFastCommits() && beforeFastCommits >= FEWEST_BLOCKS ? beforeFastCommits : length;
  }

  /**
   * Returns the first block of the fast commit area, which extends to the end of the log. The block
   * before this area is unused, because the kernel skips one block after the ring ({@code
   * j_fc_first = j_last + 1}).
   */
  public long fastCommitStart() {
    return endBlock() + 1;
  }

  /** Returns the number of blocks of the whole log. */
  public long length() {
    return u32(S_MAXLEN);
  }

  /** Returns the number of the first transaction to replay. */
  public int sequence() {
    return bytes.getInt(S_SEQUENCE);
  }

  /**
   * Returns the block at which the first transaction to replay begins, or 0 if the log is empty.
   */
  public long startBlock() {
    return u32(S_START);
  }

  /**
   * Returns the number of the error that stopped the journal, or 0 if there was none. Linux and
   * ext4j store it as a negative number.
   */
  public int errno() {
    return bytes.getInt(S_ERRNO);
  }

  /** Returns whether block numbers have 64 bits. */
  public boolean has64Bit() {
    return has(INCOMPAT_64BIT);
  }

  /** Returns whether the log may contain revoke records. */
  public boolean hasRevokes() {
    return has(INCOMPAT_REVOKE);
  }

  /** Returns whether a commit block may reach the disk before the blocks that it commits. */
  public boolean hasAsyncCommit() {
    return has(INCOMPAT_ASYNC_COMMIT);
  }

  /** Returns whether a commit block holds a crc32 of its whole transaction (checksum v1). */
  public boolean hasTransactionChecksum() {
    return version2() && (bytes.getInt(S_FEATURE_COMPAT) & COMPAT_CHECKSUM) != 0;
  }

  /** Returns whether every block has a crc32c (checksum v2 or v3). */
  public boolean hasChecksums() {
    return has(INCOMPAT_CSUM_V2) || has(INCOMPAT_CSUM_V3);
  }

  /** Returns whether tags have room for 32 bits of checksum (checksum v3). */
  public boolean hasWideTags() {
    return has(INCOMPAT_CSUM_V3);
  }

  /** Returns whether the end of the log is reserved for fast commits. */
  public boolean hasFastCommits() {
    return has(INCOMPAT_FAST_COMMIT);
  }

  /** Returns the register from which the checksums of the log start. */
  public int checksumSeed() {
    return Crc32c.from(~0).add(bytes, S_UUID, S_UUID + 16).value();
  }

  /**
   * Returns the size of a tag in a descriptor block in bytes, without the UUID that may follow it.
   */
  public int tagSize() {
    if (hasWideTags()) {
      return 16;
    }
    int size = has64Bit() ? 12 : 8;
    return has(INCOMPAT_CSUM_V2) ? size + 2 : size;
  }

  /** Returns the version of this structure. Version 1 has no features. */
  public int version() {
    return version2() ? 2 : 1;
  }

  /** Returns the names of the features, in the spelling and the order of e2fsprogs. */
  public List<String> features() {
    List<String> names = new ArrayList<>();
    if (hasTransactionChecksum()) {
      names.add("journal_checksum");
    }
    for (int bit = 0; bit < INCOMPAT_NAMES.size(); bit++) {
      if (has(1 << bit)) {
        names.add(INCOMPAT_NAMES.get(bit));
      }
    }
    return names;
  }

  /** Returns the UUID of the journal. */
  public UUID uuid() {
    return uuidAt(S_UUID);
  }

  /**
   * Returns whether the log has room for a ring of the minimum size in addition to its fast commit
   * area. Returns true if it has no such area.
   */
  public boolean hasRoomBesideFastCommits() {
    return !hasFastCommits() || u32(S_MAXLEN) - fastCommitBlocks() >= FEWEST_BLOCKS;
  }

  /**
   * Returns the number of file systems that use the journal, from the field in its superblock.
   * Returns 1 for version 1, which has no such field.
   */
  public long userCount() {
    return version2() ? u32(S_NR_USERS) : 1;
  }

  /** Returns the UUIDs of the file systems that use the journal. */
  public List<UUID> users() {
    List<UUID> users = new ArrayList<>();
    long count = version2() ? Math.min(userCount(), MOST_USERS) : 0;
    for (int i = 0; i < count; i++) {
      users.add(uuidAt(S_USERS + 16 * i));
    }
    return users;
  }

  private UUID uuidAt(int offset) {
    return new UUID(bytes.getLong(offset), bytes.getLong(offset + 8));
  }

  /**
   * Sets the transaction with which recovery begins, and the block of the log at which this
   * transaction begins.
   */
  public void setStart(long block, int sequence) {
    bytes.putInt(S_START, (int) block);
    bytes.putInt(S_SEQUENCE, sequence);
  }

  /** Marks the log as having nothing to replay. */
  public void setEmpty(int nextSequence) {
    setStart(0, nextSequence);
  }

  /**
   * Clears the error that stopped the journal. Called after the error was recorded in the file
   * system.
   */
  public void clearErrno() {
    setErrno(0);
  }

  /** Records that a writer has failed. The error number is negative, as in the kernel. */
  public void setErrno(int errno) {
    bytes.putInt(S_ERRNO, errno);
  }

  /**
   * Prepares an empty log for writing, as the kernel does when it mounts. Block numbers get 64 bits
   * if the block numbers of the file system have 64 bits. If the metadata of the file system has
   * checksums, the log gets checksums of v3. Otherwise the log keeps its kind of checksum.
   * Asynchronous commit is switched off. A superblock of version 1 becomes one of version 2, which
   * revoke records need.
   */
  public void prepareForWriting(boolean wideNumbers, boolean metadataChecksums) {
    if (!version2()) {
      for (int i = S_FEATURE_COMPAT; i < SIZE; i++) {
        bytes.put(i, (byte) 0);
      }
      bytes.putInt(S_TYPE, VERSION_2);
      bytes.putInt(S_NR_USERS, 1);
    }
    int incompat = incompat() | INCOMPAT_REVOKE;
    incompat &= ~INCOMPAT_ASYNC_COMMIT;
    if (wideNumbers) {
      incompat |= INCOMPAT_64BIT;
    }
    if (metadataChecksums) {
      incompat = (incompat & ~INCOMPAT_CSUM_V2) | INCOMPAT_CSUM_V3;
      bytes.put(S_CHECKSUM_TYPE, (byte) CRC32C);
      bytes.putInt(S_FEATURE_COMPAT, bytes.getInt(S_FEATURE_COMPAT) & ~COMPAT_CHECKSUM);
    }
    bytes.putInt(S_FEATURE_INCOMPAT, incompat);
  }

  /** Updates the checksum after changes. */
  public void seal() {
    if (hasChecksums()) {
      bytes.putInt(S_CHECKSUM, checksum());
    }
  }

  private long fastCommitBlocks() {
    long blocks = u32(S_NUM_FC_BLKS);
    return blocks == 0 ? DEFAULT_FAST_COMMIT_BLOCKS : blocks;
  }

  private boolean version2() {
    return bytes.getInt(4) == VERSION_2;
  }

  private boolean has(int incompat) {
    return (incompat() & incompat) != 0;
  }

  private int incompat() {
    return version2() ? bytes.getInt(S_FEATURE_INCOMPAT) : 0;
  }

  private int checksum() {
    return Crc32c.from(~0)
        .add(bytes, 0, S_CHECKSUM)
        .addZeros(4)
        .add(bytes, S_CHECKSUM + 4, SIZE)
        .value();
  }

  private long u32(int offset) {
    return bytes.getInt(offset) & 0xFFFFFFFFL;
  }

  private static CorruptionException corrupt(String detail) {
    return new CorruptionException(Kind.JOURNAL, detail);
  }
}
