package dev.ext4j.fs.model;

/**
 * The space of a file system, as statfs(2) reports it.
 *
 * @param blockSize size of a block in bytes
 * @param blockCount number of blocks
 * @param freeBlockCount number of free blocks, without the blocks reserved for content that is in
 *     memory only
 * @param availableBlockCount number of these free blocks that are not reserved for root
 * @param inodeCount number of inodes
 * @param freeInodeCount number of free inodes
 */
public record Space(
    int blockSize,
    long blockCount,
    long freeBlockCount,
    long availableBlockCount,
    long inodeCount,
    long freeInodeCount) {}
