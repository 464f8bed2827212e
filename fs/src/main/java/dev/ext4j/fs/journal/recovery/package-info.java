/**
 * The recovery of a log after a crash. {@link LogScan} finds the complete transactions. {@link
 * Replay} says where the newest copy of each block is. {@link FastCommitScan} finds the fast
 * commits after the last transaction. {@link LogWalk} shows all of it, and {@link Recovery} writes
 * the blocks home.
 */
@NullMarked
package dev.ext4j.fs.journal.recovery;

import org.jspecify.annotations.NullMarked;
