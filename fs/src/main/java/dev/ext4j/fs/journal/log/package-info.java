/**
 * The commit of transactions through the log. {@link LogCommit} makes them durable there, {@link
 * LoggedBlocks} holds the blocks that are not home yet, and {@link LogWriter} writes the ring.
 */
@NullMarked
package dev.ext4j.fs.journal.log;

import org.jspecify.annotations.NullMarked;
