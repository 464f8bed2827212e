package dev.ext4j.fs.fsck.state;

/**
 * The blocks that the resize inode maps, if they are exactly as they should be: the blocks reserved
 * for descriptors and their copies, which are claimed as metadata.
 *
 * @param blockCount the number of blocks that it takes, the double indirect block included
 * @param lastLogical the last logical block that it maps
 */
public record ResizeReserve(long blockCount, long lastLogical) {}
