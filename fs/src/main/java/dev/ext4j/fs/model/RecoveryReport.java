package dev.ext4j.fs.model;

/**
 * The result of the recovery that was made when a file system was opened for writing.
 *
 * @param replayed whether the file system needed recovery, so that the journal was replayed
 * @param transactions number of transactions replayed
 * @param blocks number of blocks written from the journal to their home blocks
 * @param fastCommits number of fast commits replayed after the transactions
 * @param deletedOrphans number of inodes without a name that were deleted
 * @param truncatedOrphans number of inodes that were truncated to their size
 * @param skippedOrphans whether all orphans were left to {@code e2fsck}, because the file system
 *     has errors
 */
public record RecoveryReport(
    boolean replayed,
    int transactions,
    long blocks,
    int fastCommits,
    long deletedOrphans,
    long truncatedOrphans,
    boolean skippedOrphans) {}
