/**
 * Transactions on their way through the log: {@link LogCommit} makes them durable there, {@link
 * LoggedBlocks} knows which blocks have not reached their homes, {@link LogWriter} lays out the
 * ring.
 */
@NullMarked
package dev.ext4j.fs.journal.log;

import org.jspecify.annotations.NullMarked;
