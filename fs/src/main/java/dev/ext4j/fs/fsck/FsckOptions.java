package dev.ext4j.fs.fsck;

import dev.ext4j.blockdev.BlockDevice;
import org.jspecify.annotations.Nullable;

/**
 * How to check.
 *
 * @param backupSuperblock block of the superblock to use, 0 for the primary one
 * @param backupBlockSize block size in bytes to find it with, 0 to try all
 * @param journalDevice holds the journal, where that is external
 * @param now seconds since 1970, to tell times in the future
 * @param threads that check, each reading its own pieces
 * @param mostProblems of one kind that are kept; more are counted
 * @param budget bytes of the heap that tables may take; what does not fit lies in a temporary file
 * @param afterRecovery whether the state is that after a replay, in which orphans are in order: the
 *     next mount deletes them
 * @param unreplayed what of the journal could not be replayed, null if there was nothing or all of
 *     it was
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

  /** The primary superblock, all processors, half of the heap. */
  public static FsckOptions at(long now) {
    Runtime jvm = Runtime.getRuntime();
    int threads = Math.max(1, jvm.availableProcessors());
    return new FsckOptions(
        0, 0, null, now, threads, MOST_PROBLEMS, jvm.maxMemory() / 2, false, null);
  }

  /** The same with a backup superblock. */
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

  /** The same with an external journal. */
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

  /** The same with a number of threads. */
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

  /** The same with a bound of the problems of one kind. */
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

  /** The same with a budget of memory. */
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
   * The same for the state after a replay.
   *
   * @param reason what of the journal could not be replayed, null if all of it was
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
