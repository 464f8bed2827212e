/**
 * Reports on an image. Some show the superblock, the journal and the free space of the image, or
 * the owner of a block. Others show the mapping and the status tree of a file, list its broken
 * invariants, or plan a punch.
 */
@NullMarked
package dev.ext4j.fs.report;

import org.jspecify.annotations.NullMarked;
