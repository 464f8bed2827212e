package dev.ext4j.fs.fsck;

import org.jspecify.annotations.Nullable;

/**
 * What must be known of a directory to look at one of its blocks.
 *
 * @param index its place in {@link Directories}
 * @param inode of the directory
 * @param checksumSeed that the checksums of its blocks start from
 * @param isEncrypted whether its names are
 * @param isCaseFolded whether its names are equal in any case
 * @param tree for what is found of its hash tree, null where it has none
 */
record Directory(
    long index,
    long inode,
    int checksumSeed,
    boolean isEncrypted,
    boolean isCaseFolded,
    @Nullable HashTreeMap tree) {}
