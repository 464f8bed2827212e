/**
 * The recovery of a log after a crash. {@link LogScan} finds the complete transactions. {@link
 * Replay} holds the location of the newest copy of each block. {@link FastCommitScan} finds the
 * fast commits after the last transaction. {@link LogWalk} passes all contents to a visitor, and
 * {@link Recovery} writes the blocks to their home blocks.
 */
@NullMarked
package dev.ext4j.fs.journal.recovery;

import org.jspecify.annotations.NullMarked;
