/**
 * Reports on an image. They show the superblock, the journal and the free space of the image, the
 * owner of a block, and the mapping and the status tree of a file. Other reports list broken
 * invariants, and plan a punch.
 */
@NullMarked
package dev.ext4j.fs.report;

import org.jspecify.annotations.NullMarked;
