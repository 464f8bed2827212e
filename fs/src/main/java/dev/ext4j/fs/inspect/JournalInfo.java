package dev.ext4j.fs.inspect;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The location of a file system's journal, the contents of its superblock, and the result of a
 * replay.
 *
 * @param location the location of the journal
 * @param inodeNumber the inode of the journal, or 0 if the journal is not in an inode
 * @param externalUuid the UUID of the external journal, or a UUID of zeros if the journal is not
 *     external
 * @param needsRecovery whether the file system is marked as needing recovery
 * @param log the journal superblock; absent if there is no journal, or if the journal cannot be
 *     read, for example because its device was not named
 * @param recovery the result of a replay; absent if {@code log} is absent
 */
public record JournalInfo(
    Location location,
    long inodeNumber,
    UUID externalUuid,
    boolean needsRecovery,
    Optional<Log> log,
    Optional<Recovery> recovery) {

  /** The locations of a journal. */
  public enum Location {
    /** There is no journal. */
    NONE,
    /** In the blocks of an inode. */
    INODE,
    /** On a separate device. */
    EXTERNAL
  }

  /**
   * A copy of the superblock of the journal at one moment. Two copies are equal if the superblocks
   * had the same bytes. Block numbers are counted from the start of the journal.
   */
  public interface Log {
    /** Returns the size of a block, in bytes. */
    int blockSize();

    /** Returns the number of blocks of the whole journal. */
    long blockCount();

    /** Returns the version of the superblock, 1 or 2. */
    int version();

    /** Returns the names of all features, in the spelling and the order of e2fsprogs. */
    List<String> features();

    /**
     * Returns the kind of checksum that protects the log. It is one of "none", "crc32 of
     * transactions", "crc32c (v2)" and "crc32c (v3)".
     */
    String checksum();

    /** Returns the UUID of the journal. */
    UUID uuid();

    /** Returns the first block of the log, which is used as a ring. */
    long firstBlock();

    /** Returns the block after the last block of the log. */
    long endBlock();

    /**
     * Returns the block at which the oldest transaction to replay begins, or 0 if the log is empty.
     */
    long startBlock();

    /**
     * Returns the number of the oldest transaction to replay, or of the next transaction if the log
     * is empty. It is an unsigned 32-bit number.
     */
    long sequence();

    /** Returns the number of the error that stopped the journal, or 0 if there was no error. */
    int errno();

    /** Returns the first block of the fast commit area, or 0 if there is no such area. */
    long fastCommitStart();

    /** Returns the number of blocks of the fast commit area. */
    long fastCommitBlocks();

    /**
     * Returns the UUIDs of the file systems that use the journal. The list is often empty if the
     * journal is in an inode.
     */
    List<UUID> users();

    /** Returns whether there is nothing to replay. */
    default boolean isEmpty() {
      return startBlock() == 0;
    }
  }

  /**
   * The result that a replay would have. No replay is carried out.
   *
   * @param transactions number of complete transactions
   * @param blocks number of blocks of the file system that would be written
   * @param revokes number of revoke records in these transactions
   * @param fastCommits number of complete fast commits after these transactions
   * @param fastCommitRecords number of records in these fast commits
   * @param damagedBlocks number of logged blocks whose checksum does not match
   * @param damaged whether the log ends at a transaction that was once complete and is now damaged
   */
  public record Recovery(
      int transactions,
      long blocks,
      long revokes,
      int fastCommits,
      long fastCommitRecords,
      int damagedBlocks,
      boolean damaged) {}
}
