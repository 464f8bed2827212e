/**
 * The opening and closing of file systems: loading the superblock, checking its features, recovery,
 * and the objects that make up an open file system.
 */
@NullMarked
package dev.ext4j.fs.mount;

import org.jspecify.annotations.NullMarked;
