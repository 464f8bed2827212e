/**
 * The commit of transactions through the log. {@link LogCommit} makes transactions durable in the
 * log. {@link LoggedBlocks} holds the blocks that a replay of the log would write to their home
 * blocks. {@link LogWriter} writes the blocks of the log, which is used as a ring.
 */
@NullMarked
package dev.ext4j.fs.journal.log;

import org.jspecify.annotations.NullMarked;
