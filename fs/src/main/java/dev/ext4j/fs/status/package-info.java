/**
 * What is known of a file's mapping without asking the disk: {@link ExtentStatusTree}. This is the
 * plain form of it, for one thread at a time and without delayed allocation.
 */
@NullMarked
package dev.ext4j.fs.status;

import org.jspecify.annotations.NullMarked;
