package dev.ext4j.fs.inspect;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The location of a file system's journal, the contents of its superblock, and the result that a
 * replay would have.
 *
 * @param location where the journal is
 * @param inodeNumber the inode of the journal, 0 if it is not in an inode
 * @param externalUuid UUID of the journal device, all zero if the journal is not external
 * @param needsRecovery whether the file system is marked as needing recovery
 * @param log the journal superblock; empty if it cannot be read, for example because the journal
 *     device was not given
 * @param recovery what a replay would do; empty if {@code log} is empty
 */
public record JournalInfo(
    Location location,
    long inodeNumber,
    UUID externalUuid,
    boolean needsRecovery,
    Optional<Log> log,
    Optional<Recovery> recovery) {

  /** The places where a journal can be. */
  public enum Location {
    /** There is no journal. */
    NONE,
    /** In the blocks of an inode. */
    INODE,
    /** On a separate device. */
    EXTERNAL
  }

  /**
   * The superblock of the journal. Block numbers count from the start of the journal.
   *
   * @param blockSize in bytes
   * @param blockCount number of blocks of the whole journal
   * @param version version of the superblock, 1 or 2
   * @param features names of all features as e2fsprogs spells them, in its order
   * @param checksum the kind of checksum that protects the log: "none", "crc32 of transactions",
   *     "crc32c (v2)", "crc32c (v3)"
   * @param uuid UUID of the journal
   * @param firstBlock first block of the log, which is used as a ring
   * @param endBlock the block after the last block of that ring
   * @param startBlock where the oldest transaction begins, 0 for an empty log
   * @param sequence number of that transaction, or of the next one if the log is empty; unsigned 32
   *     bits
   * @param errno the error that stopped the journal, 0 for none
   * @param fastCommitStart first block of the fast commit area, 0 for none
   * @param fastCommitBlocks number of blocks of the fast commit area
   * @param users UUIDs of the file systems that use the journal; often empty for a journal in an
   *     inode
   */
  public record Log(
      int blockSize,
      long blockCount,
      int version,
      List<String> features,
      String checksum,
      UUID uuid,
      long firstBlock,
      long endBlock,
      long startBlock,
      long sequence,
      int errno,
      long fastCommitStart,
      long fastCommitBlocks,
      List<UUID> users) {
    /** Returns whether there is nothing to replay. */
    public boolean isEmpty() {
      return startBlock == 0;
    }
  }

  /**
   * The result that a replay would have.
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
