/**
 * The check of inodes: their fields, mappings, attributes and link counts, and the special inodes
 * for the journal, quota, resizing and orphans.
 */
@NullMarked
package dev.ext4j.fs.fsck.inode;

import org.jspecify.annotations.NullMarked;
