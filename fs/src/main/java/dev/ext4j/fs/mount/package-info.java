/**
 * Opening and closing: the superblock, the feature gates, and the parts that make a file system.
 */
@NullMarked
package dev.ext4j.fs.mount;

import org.jspecify.annotations.NullMarked;
