package dev.ext4j.fs.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The fields of the superblock at one moment, as {@code dumpe2fs -h} prints them. It is a copy, so
 * later changes of the file system do not affect it. Two objects are equal if the superblocks had
 * the same bytes.
 */
public interface FileSystemInfo {
  /** Returns the volume name, empty for none. */
  String label();

  /** Returns the UUID of the file system. */
  UUID uuid();

  /** Returns the directory of the last mount, empty for none. */
  String lastMountedOn();

  /** Returns the names of all features as e2fsprogs spells them, in its order. */
  List<String> features();

  /** Returns "clean", "not clean", "clean with errors", "not clean with errors". */
  String state();

  /** Returns whether the journal must be replayed before the file system is used. */
  boolean needsRecovery();

  /** Returns the size of a block, in bytes. */
  int blockSize();

  /** Returns the size of a cluster, in bytes; the block size without bigalloc. */
  int clusterSize();

  /** Returns the size of the file system in blocks. */
  long blockCount();

  /** Returns the number of blocks reserved for root. */
  long reservedBlockCount();

  /** Returns the number of free blocks, as the superblock counts them. */
  long freeBlockCount();

  /** Returns the number of inodes. */
  long inodeCount();

  /** Returns the number of free inodes, as the superblock counts them. */
  long freeInodeCount();

  /** Returns the size of an inode, in bytes. */
  int inodeSize();

  /** Returns the number of block groups. */
  long groupCount();

  /** Returns the number of blocks in each group; the last one may have fewer. */
  long blocksPerGroup();

  /** Returns the number of inodes in each group. */
  long inodesPerGroup();

  /** Returns the size of a group descriptor, in bytes. */
  int descriptorSize();

  /** Returns 1 where blocks are 1 KiB, else 0. */
  long firstDataBlock();

  /** Returns the time at which the file system was created. */
  Instant created();

  /** Returns the time of the last mount, the epoch for never. */
  Instant lastMounted();

  /** Returns the time of the last write. */
  Instant lastWritten();

  /** Returns the time of the last complete check. */
  Instant lastChecked();

  /** Returns the number of mounts since the last check. */
  int mountCount();

  /** Returns the number of errors that the kernel has recorded since the last check. */
  long errorCount();

  /** Returns "crc32c" with metadata_csum, "crc16" with uninit_bg, else "none". */
  String checksumAlgorithm();

  /** Returns the inode of the journal, 0 for none or an external one. */
  long journalInode();

  /** Returns the UUID of an external journal, all zero for none. */
  UUID journalUuid();

  /** Returns "0 (original)" or "1 (dynamic)". */
  String revision();
}
