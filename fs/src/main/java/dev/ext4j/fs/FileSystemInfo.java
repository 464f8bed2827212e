package dev.ext4j.fs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the superblock says of a file system, as {@code dumpe2fs -h} would.
 *
 * @param label volume name, empty for none
 * @param uuid identity of the file system
 * @param lastMountedOn directory of the last mount, empty for none
 * @param features names of all features as e2fsprogs spells them, in its order
 * @param state "clean", "not clean", "clean with errors", "not clean with errors"
 * @param needsRecovery whether the journal must be replayed first
 * @param blockSize in bytes
 * @param clusterSize in bytes; the block size without bigalloc
 * @param blockCount size of the file system in blocks
 * @param reservedBlockCount blocks kept for the super-user
 * @param freeBlockCount free blocks, by the superblock
 * @param inodeCount number of inodes
 * @param freeInodeCount free ones, by the superblock
 * @param inodeSize in bytes
 * @param groupCount number of block groups
 * @param blocksPerGroup blocks in each but the last
 * @param inodesPerGroup inodes in each
 * @param descriptorSize of a group descriptor, in bytes
 * @param firstDataBlock 1 where blocks are 1 KiB, else 0
 * @param created when it was made
 * @param lastMounted last mount, the epoch for never
 * @param lastWritten last write
 * @param lastChecked last complete check
 * @param mountCount mounts since then
 * @param errorCount errors noted by the kernel since then
 * @param checksumAlgorithm "crc32c" with metadata_csum, "crc16" with uninit_bg, else "none"
 * @param journalInode inode of the journal, 0 for none or an external one
 * @param journalUuid identity of an external journal, all zero for none
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
