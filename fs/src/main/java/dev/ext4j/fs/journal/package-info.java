/**
 * Changes to metadata. A {@link Handle} declares each block that it changes and is a part of the
 * running {@link Transaction}, which {@link Journal} commits as a whole. A {@link CommitMethod}
 * brings a commit to the disk: {@code log.LogCommit} for a file system with a journal, {@link
 * InPlaceCommit} for one without.
 */
@NullMarked
package dev.ext4j.fs.journal;

import org.jspecify.annotations.NullMarked;
