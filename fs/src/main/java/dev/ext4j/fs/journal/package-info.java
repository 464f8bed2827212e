/**
 * Changes to metadata. Each block is declared to a {@link Handle} before it is changed. The handle
 * is a part of the running {@link Transaction}, which {@link Journal} commits as a whole. A {@link
 * CommitMethod} writes a transaction to the disk: {@code log.LogCommit} for a file system with a
 * journal, {@link InPlaceCommit} for one without.
 *
 * <p>Home block: the block's location outside the log. Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs.journal;

import org.jspecify.annotations.NullMarked;
