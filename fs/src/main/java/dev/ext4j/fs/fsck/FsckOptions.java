package dev.ext4j.fs.fsck;

import dev.ext4j.blockdev.BlockDevice;
import org.jspecify.annotations.Nullable;

/**
 * The options of a check.
 *
 * @param backupSuperblock the block of the superblock to use, 0 for the primary one
 * @param backupBlockSize the block size in bytes with which this superblock is searched, 0 to try
 *     all block sizes
 * @param journalDevice the device of the journal if the journal is external
 * @param now the current time in seconds since 1970, to find times in the future
 * @param threads the number of threads that check
 * @param mostProblems the largest number of problems of one kind that are kept; further problems
 *     are only counted
 * @param budget the number of bytes of the heap that tables may use; tables beyond it are in a
 *     temporary file
 * @param afterRecovery whether the state after a replay of the journal is checked. In this state
 *     orphans are no error, because the next mount deletes them.
 * @param unreplayed the reason why part of the journal could not be replayed, null if all of it was
 *     replayed or there was nothing to replay
 */
public record FsckOptions(
    long backupSuperblock,
    int backupBlockSize,
    @Nullable BlockDevice journalDevice,
    long now,
    int threads,
    int mostProblems,
    long budget,
    boolean afterRecovery,
    @Nullable String unreplayed) {
  private static final int MOST_PROBLEMS = 2_000;

  /**
   * Returns options with the primary superblock, all processors and half of the heap.
   *
   * @param now the current time in seconds since 1970
   */
  public static FsckOptions at(long now) {
    Runtime jvm = Runtime.getRuntime();
    int threads = Math.max(1, jvm.availableProcessors());
    return new FsckOptions(
        0, 0, null, now, threads, MOST_PROBLEMS, jvm.maxMemory() / 2, false, null);
  }

  /** Returns a copy with the given backup superblock. */
  public FsckOptions withBackup(long block, int blockSize) {
    return new FsckOptions(
        block,
        blockSize,
        journalDevice,
        now,
        threads,
        mostProblems,
        budget,
        afterRecovery,
        unreplayed);
  }

  /** Returns a copy with the given device of an external journal. */
  public FsckOptions withJournal(@Nullable BlockDevice device) {
    return new FsckOptions(
        backupSuperblock,
        backupBlockSize,
        device,
        now,
        threads,
        mostProblems,
        budget,
        afterRecovery,
        unreplayed);
  }

  /** Returns a copy with the given number of threads. */
  public FsckOptions withThreads(int count) {
    return new FsckOptions(
        backupSuperblock,
        backupBlockSize,
        journalDevice,
        now,
        count,
        mostProblems,
        budget,
        afterRecovery,
        unreplayed);
  }

  /** Returns a copy with the given limit of the problems of one kind. */
  public FsckOptions withMostProblems(int count) {
    return new FsckOptions(
        backupSuperblock,
        backupBlockSize,
        journalDevice,
        now,
        threads,
        count,
        budget,
        afterRecovery,
        unreplayed);
  }

  /** Returns a copy with the given memory budget. */
  public FsckOptions withBudget(long bytes) {
    return new FsckOptions(
        backupSuperblock,
        backupBlockSize,
        journalDevice,
        now,
        threads,
        mostProblems,
        bytes,
        afterRecovery,
        unreplayed);
  }

  /**
   * Returns a copy for the state after a replay of the journal.
   *
   * @param reason the reason why part of the journal could not be replayed, null if all of it was
   *     replayed
   */
  public FsckOptions asAfterRecovery(@Nullable String reason) {
    return new FsckOptions(
        backupSuperblock,
        backupBlockSize,
        journalDevice,
        now,
        threads,
        mostProblems,
        budget,
        true,
        reason);
  }
}
