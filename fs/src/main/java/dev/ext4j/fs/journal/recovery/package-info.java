/**
 * What a crash left in the log: {@link LogScan} finds the transactions that count, {@link Replay}
 * says which block is to be taken from where, {@link FastCommitScan} what was noted briefly after
 * the last of them. {@link LogWalk} shows it all.
 */
@NullMarked
package dev.ext4j.fs.journal.recovery;

import org.jspecify.annotations.NullMarked;
