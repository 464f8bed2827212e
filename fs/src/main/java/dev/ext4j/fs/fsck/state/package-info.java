/**
 * What one pass of a check hands on to the next: the image, its groups, notes about inodes, the
 * blocks that are claimed, and the log of problems.
 */
@NullMarked
package dev.ext4j.fs.fsck.state;

import org.jspecify.annotations.NullMarked;
