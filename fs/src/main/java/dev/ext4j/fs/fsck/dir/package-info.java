/**
 * The check of directories: their blocks, entries and hash trees, and whether every directory can
 * be reached from the root.
 */
@NullMarked
package dev.ext4j.fs.fsck.dir;

import org.jspecify.annotations.NullMarked;
