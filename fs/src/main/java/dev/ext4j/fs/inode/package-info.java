/**
 * The inodes in memory. {@link InodeTable} finds them on disk, and {@link Inode} is one of them.
 */
@NullMarked
package dev.ext4j.fs.inode;

import org.jspecify.annotations.NullMarked;
