/**
 * Reports on an image: its superblock, journal and free space, the owner of a block, the mapping
 * and the status tree of a file, broken invariants, the plan of a punch.
 */
@NullMarked
package dev.ext4j.fs.report;

import org.jspecify.annotations.NullMarked;
