/**
 * The checker: finds the damage of a file system and reports it as data. It uses the same format
 * classes and checksums as the engine, but walks the image with its own code. So a mistake in the
 * engine does not hide damage here. It writes nothing.
 *
 * <p>The order is that of e2fsck's passes: superblock and descriptors, inodes and the blocks they
 * claim, directories, connectivity, link counts, bitmaps and counters. {@link
 * dev.ext4j.fs.fsck.ProblemCode} names all problems that can be found. docs/FSCK.md maps e2fsck's
 * names to these.
 */
@NullMarked
package dev.ext4j.fs.fsck;

import org.jspecify.annotations.NullMarked;
