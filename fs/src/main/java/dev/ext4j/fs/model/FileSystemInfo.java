package dev.ext4j.fs.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The fields of the superblock, as {@code dumpe2fs -h} shows them.
 *
 * @param label volume name, empty for none
 * @param uuid UUID of the file system
 * @param lastMountedOn directory of the last mount, empty for none
 * @param features names of all features as e2fsprogs spells them, in its order
 * @param state "clean", "not clean", "clean with errors", "not clean with errors"
 * @param needsRecovery whether the journal must be replayed first
 * @param blockSize in bytes
 * @param clusterSize in bytes; the block size without bigalloc
 * @param blockCount size of the file system in blocks
 * @param reservedBlockCount number of blocks reserved for root
 * @param freeBlockCount number of free blocks, as the superblock counts them
 * @param inodeCount number of inodes
 * @param freeInodeCount number of free inodes, as the superblock counts them
 * @param inodeSize in bytes
 * @param groupCount number of block groups
 * @param blocksPerGroup number of blocks in each group; the last one may have fewer
 * @param inodesPerGroup number of inodes in each group
 * @param descriptorSize size of a group descriptor, in bytes
 * @param firstDataBlock 1 where blocks are 1 KiB, else 0
 * @param created when the file system was made
 * @param lastMounted time of the last mount, the epoch for never
 * @param lastWritten time of the last write
 * @param lastChecked time of the last complete check
 * @param mountCount number of mounts since the last check
 * @param errorCount number of errors that the kernel has recorded since the last check
 * @param checksumAlgorithm "crc32c" with metadata_csum, "crc16" with uninit_bg, else "none"
 * @param journalInode inode of the journal, 0 for none or an external one
 * @param journalUuid UUID of an external journal, all zero for none
 * @param revision "0 (original)" or "1 (dynamic)"
 */
public record FileSystemInfo(
    String label,
    UUID uuid,
    String lastMountedOn,
    List<String> features,
    String state,
    boolean needsRecovery,
    int blockSize,
    int clusterSize,
    long blockCount,
    long reservedBlockCount,
    long freeBlockCount,
    long inodeCount,
    long freeInodeCount,
    int inodeSize,
    long groupCount,
    long blocksPerGroup,
    long inodesPerGroup,
    int descriptorSize,
    long firstDataBlock,
    Instant created,
    Instant lastMounted,
    Instant lastWritten,
    Instant lastChecked,
    int mountCount,
    long errorCount,
    String checksumAlgorithm,
    long journalInode,
    UUID journalUuid,
    String revision) {}
