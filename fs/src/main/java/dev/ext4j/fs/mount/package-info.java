/**
 * Opening and closing of file systems: loading of the superblock, checks of its features, recovery,
 * and the objects that make up an open file system.
 */
@NullMarked
package dev.ext4j.fs.mount;

import org.jspecify.annotations.NullMarked;
