/**
 * The bytes of a file: read and written through pages or past them, or inside the inode, and
 * written back to its blocks.
 */
@NullMarked
package dev.ext4j.fs.content;

import org.jspecify.annotations.NullMarked;
