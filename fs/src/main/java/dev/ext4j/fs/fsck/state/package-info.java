/**
 * The state that the passes of a check share: the image, its groups, the notes of inodes, the
 * blocks that are claimed, and the log of problems.
 */
@NullMarked
package dev.ext4j.fs.fsck.state;

import org.jspecify.annotations.NullMarked;
