package dev.ext4j.fs.fsck.state;

/**
 * The blocks that the resize inode maps, if all its pointers are correct: the blocks reserved for
 * descriptors, and the copies of these blocks. They are claimed as metadata.
 *
 * @param blockCount the number of allocated blocks of the resize inode, the double indirect block
 *     included
 * @param lastLogical the last logical block that the resize inode maps
 */
public record ResizeReserve(long blockCount, long lastLogical) {}
