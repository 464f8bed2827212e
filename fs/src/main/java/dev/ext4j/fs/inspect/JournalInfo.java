package dev.ext4j.fs.inspect;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The location of a file system's journal, the contents of its superblock, and the result of a
 * replay.
 *
 * @param location where the journal is
 * @param inodeNumber the inode of the journal, 0 if it is not in an inode
 * @param externalUuid UUID of the journal device, all zero if the journal is not external
 * @param needsRecovery whether the file system is marked as needing recovery
 * @param log the journal superblock; empty if it cannot be read, for example because the journal
 *     device was not given
 * @param recovery the result of a replay; empty if {@code log} is empty
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
   * The superblock of the journal at one moment. Block numbers count from the start of the journal.
   * It is a copy. Two are equal if the superblocks had the same bytes.
   */
  public interface Log {
    /** Returns the size of a block, in bytes. */
    int blockSize();

    /** Returns the number of blocks of the whole journal. */
    long blockCount();

    /** Returns the version of the superblock, 1 or 2. */
    int version();

    /** Returns the names of all features as e2fsprogs spells them, in its order. */
    List<String> features();

    /**
     * Returns the kind of checksum that protects the log: "none", "crc32 of transactions", "crc32c
     * (v2)", "crc32c (v3)".
     */
    String checksum();

    /** Returns the UUID of the journal. */
    UUID uuid();

    /** Returns the first block of the log, which is used as a ring. */
    long firstBlock();

    /** Returns the block after the last block of that ring. */
    long endBlock();

    /** Returns the block at which the oldest transaction to replay begins, 0 for an empty log. */
    long startBlock();

    /**
     * Returns the number of that transaction, or of the next one if the log is empty; unsigned 32
     * bits.
     */
    long sequence();

    /** Returns the error that stopped the journal, 0 for none. */
    int errno();

    /** Returns the first block of the fast commit area, 0 for none. */
    long fastCommitStart();

    /** Returns the number of blocks of the fast commit area. */
    long fastCommitBlocks();

    /**
     * Returns the UUIDs of the file systems that use the journal; often none for a journal in an
     * inode.
     */
    List<UUID> users();

    /** Returns whether there is nothing to replay. */
    default boolean isEmpty() {
      return startBlock() == 0;
    }
  }

  /**
   * The result of a replay, which is not carried out.
   *
   * @param transactions number of complete transactions
   * @param blocks number of blocks of the file system that would be written
   * @param revokes number of revoke records in these transactions
   * @param fastCommits number of complete fast commits after these transactions
   * @param fastCommitRecords number of records in these fast commits
   * @param damagedBlocks number of logged blocks whose checksum does not match
   * @param damaged whether the log ends at a transaction that was once complete
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
