package dev.ext4j.fs.fsck;

/**
 * What the inode for resizing maps, where that is exactly what it should be: the blocks reserved
 * for descriptors and their copies, which are metadata anyway.
 *
 * @param blockCount blocks that it takes, the double indirect one included
 * @param lastLogical the last logical block that it maps
 */
record ResizeReserve(long blockCount, long lastLogical) {}
