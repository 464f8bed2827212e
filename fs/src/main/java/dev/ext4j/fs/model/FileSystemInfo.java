package dev.ext4j.fs.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A copy of the fields of the superblock at one moment, as {@code dumpe2fs -h} prints them. Later
 * changes of the file system do not affect the copy. Two objects are equal if the superblocks had
 * the same bytes.
 */
public interface FileSystemInfo {
  /** Returns the volume name, or an empty text if there is none. */
  String label();

  /** Returns the UUID of the file system. */
  UUID uuid();

  /**
   * Returns the directory on which the file system was mounted last, or an empty text if the
   * superblock does not record one.
   */
  String lastMountedOn();

  /** Returns the names of all features, in the spelling and the order of e2fsprogs. */
  List<String> features();

  /**
   * Returns one of the texts "clean", "not clean", "clean with errors" and "not clean with errors".
   */
  String state();

  /** Returns whether the journal must be replayed before the file system is used. */
  boolean needsRecovery();

  /** Returns the size of a block, in bytes. */
  int blockSize();

  /** Returns the size of a cluster, in bytes. Without bigalloc it is the block size. */
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

  /** Returns the number of blocks in each group. The last group may have fewer blocks. */
  long blocksPerGroup();

  /** Returns the number of inodes in each group. */
  long inodesPerGroup();

  /** Returns the size of a group descriptor, in bytes. */
  int descriptorSize();

  /**
   * Returns the block at which group 0 begins: 1 if blocks have 1 KiB, else 0. With bigalloc it can
   * be 0 or 1 for any block size.
   */
  long firstDataBlock();

  /** Returns the time at which the file system was created. */
  Instant created();

  /**
   * Returns the time of the last mount, or the epoch (1970) if the file system was never mounted.
   */
  Instant lastMounted();

  /** Returns the time of the last write. */
  Instant lastWritten();

  /** Returns the time of the last complete check. */
  Instant lastChecked();

  /** Returns the number of mounts since the last check. */
  int mountCount();

  /** Returns the number of errors that the kernel has recorded since the last check. */
  long errorCount();

  /**
   * Returns "crc32c" if the file system has metadata_csum, else "crc16" if it has uninit_bg, else
   * "none".
   */
  String checksumAlgorithm();

  /** Returns the inode number of the journal, or 0 if there is no journal or it is external. */
  long journalInode();

  /** Returns the UUID of the external journal, or a UUID of zeros if there is none. */
  UUID journalUuid();

  /** Returns "0 (original)" or "1 (dynamic)". */
  String revision();
}
