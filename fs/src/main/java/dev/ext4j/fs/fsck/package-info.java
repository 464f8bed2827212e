/**
 * The checker: finds what is wrong with a file system, and says it as data. It shares the format
 * and its checksums with the engine but walks the image its own way, so that a mistake of the
 * engine does not hide here, too. It writes nothing.
 *
 * <p>The order is that of e2fsck's passes: superblock and descriptors, inodes and the blocks they
 * claim, directories, connectivity, link counts, bitmaps and counters. {@link
 * dev.ext4j.fs.fsck.ProblemCode} names everything that can be found; docs/FSCK.md maps e2fsck's
 * names to these.
 */
@NullMarked
package dev.ext4j.fs.fsck;

import org.jspecify.annotations.NullMarked;
