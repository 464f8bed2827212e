package dev.ext4j.fs.fsck.dir;

import org.jspecify.annotations.Nullable;

/**
 * The properties of a directory that are needed to check one of its blocks.
 *
 * @param index its index in {@link Directories}
 * @param inode its inode number
 * @param checksumSeed the seed of the checksums of its blocks
 * @param isEncrypted whether its names are encrypted
 * @param isCaseFolded whether its names are case-insensitive
 * @param tree the record of the results about its hash tree, null if it has none
 */
public record Directory(
    long index,
    long inode,
    int checksumSeed,
    boolean isEncrypted,
    boolean isCaseFolded,
    @Nullable HashTreeMap tree) {}
