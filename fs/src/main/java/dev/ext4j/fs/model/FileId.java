package dev.ext4j.fs.model;

/**
 * The identity of a file. A freed inode number is used again, with another generation.
 *
 * @param inode the inode number, from 1 to 2^32 - 1
 * @param generation {@code i_generation}, an unsigned 32-bit number
 */
public record FileId(long inode, long generation) {}
