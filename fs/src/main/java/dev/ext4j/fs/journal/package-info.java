/**
 * Changes to metadata: a {@link Handle} declares each block it changes and takes part in the
 * running {@link Transaction}, which {@link Journal} commits as one. How a commit reaches the disk
 * is a {@link CommitMethod}'s business; today that is {@link InPlaceCommit}.
 */
@NullMarked
package dev.ext4j.fs.journal;

import org.jspecify.annotations.NullMarked;
