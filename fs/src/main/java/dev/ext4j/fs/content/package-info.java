/**
 * The content of a file. It is read and written through pages, bypassing the pages, or inside the
 * inode. Dirty pages are written back to the blocks of the file.
 */
@NullMarked
package dev.ext4j.fs.content;

import org.jspecify.annotations.NullMarked;
