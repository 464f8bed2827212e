/**
 * The check of a whole file system, pass by pass: superblock and groups, then inodes, directories
 * and links, then bitmaps and counters. {@link Checker} runs the passes.
 */
@NullMarked
package dev.ext4j.fs.fsck.check;

import org.jspecify.annotations.NullMarked;
