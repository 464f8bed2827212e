package dev.ext4j.fs;

/**
 * What was done to a file system that a crash had left, when it was opened for writing.
 *
 * @param replayed whether the journal asked for recovery
 * @param transactions transactions replayed
 * @param blocks blocks written to their places from the journal
 * @param fastCommits fast commits replayed after them
 * @param deletedOrphans inodes without a name that were deleted
 * @param truncatedOrphans inodes that were cut down to their size
 * @param skippedOrphans whether there are orphans that were left for {@code e2fsck}
 */
public record RecoveryReport(
    boolean replayed,
    int transactions,
    long blocks,
    int fastCommits,
    long deletedOrphans,
    long truncatedOrphans,
    boolean skippedOrphans) {}
