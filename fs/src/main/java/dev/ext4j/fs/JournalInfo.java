package dev.ext4j.fs;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the journal of a file system is, what its superblock says, and what a replay would do.
 *
 * @param location where it is
 * @param inodeNumber its inode, 0 if it has none
 * @param externalUuid identity of the journal device, all zero if it is on none
 * @param needsRecovery whether the file system says that it must be replayed
 * @param log what it says of itself; empty where it cannot be read from here
 * @param recovery what a replay would do; empty as before
 */
public record JournalInfo(
    Location location,
    long inodeNumber,
    UUID externalUuid,
    boolean needsRecovery,
    Optional<Log> log,
    Optional<Recovery> recovery) {

  /** Where a journal is. */
  public enum Location {
    /** There is none. */
    NONE,
    /** In the blocks of an inode. */
    INODE,
    /** On a device of its own. */
    EXTERNAL
  }

  /**
   * The superblock of the log. Block numbers are within the log.
   *
   * @param blockSize in bytes
   * @param blockCount blocks of the whole log
   * @param version 1 or 2 of the superblock
   * @param features names of all features as e2fsprogs spells them, in its order
   * @param checksum what protects the log: "none", "crc32 of transactions", "crc32c (v2)", "crc32c
   *     (v3)"
   * @param uuid identity of the journal
   * @param firstBlock where the ring of transactions begins
   * @param endBlock the block after the ring
   * @param startBlock where the oldest transaction begins, 0 for an empty log
   * @param sequence number of that transaction, or of the next one, unsigned 32 bits
   * @param errno the error that stopped the journal, 0 for none
   * @param fastCommitStart where fast commits begin, 0 for nowhere
   * @param fastCommitBlocks blocks from there on to the end of the log
   * @param users identities of the file systems that use it; often none with an inode
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
    /** Whether there is nothing to replay. */
    public boolean isEmpty() {
      return startBlock == 0;
    }
  }

  /**
   * What a replay would do.
   *
   * @param transactions complete ones
   * @param blocks blocks of the file system that would be written
   * @param revokes revoke records in them
   * @param fastCommits complete fast commits behind them
   * @param fastCommitRecords changes that these tell of
   * @param damagedBlocks logged blocks whose checksum does not match
   * @param damaged whether the log ends at a transaction that was complete once
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
