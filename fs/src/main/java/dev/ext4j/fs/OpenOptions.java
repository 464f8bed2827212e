package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a file system.
 *
 * @param writable whether changes are going to be made; the device must be writable, too
 * @param backupSuperblock block number of the superblock to use, or {@link #PRIMARY_SUPERBLOCK}
 * @param backupBlockSize block size in bytes with which the backup superblock is found; ignored for
 *     the primary superblock
 * @param memory bounds of the memory used for caches
 * @param clock the source of the time stamps of changes
 * @param journalDevice the device that holds the journal, or null if no external journal is given
 * @param discard whether freed space is discarded, after the transaction that freed it is durable
 * @param reserveKept whether the reserved blocks that the superblock names are left to root; if
 *     false, ext4j may use them as root may
 */
public record OpenOptions(
    boolean writable,
    long backupSuperblock,
    int backupBlockSize,
    Memory memory,
    Clock clock,
    @Nullable BlockDevice journalDevice,
    boolean discard,
    boolean reserveKept) {
  /**
   * The value of {@link #backupSuperblock} for the primary superblock, 1024 bytes into the device.
   */
  public static final long PRIMARY_SUPERBLOCK = -1;

  /**
   * Bounds of the memory used for caches, independent of the number of open files. In addition, the
   * changes of transactions that are running, committing or not yet written home need up to 40 MiB.
   * They need less if the journal is small. An open file itself takes about 100 bytes.
   *
   * @param metadataBytes bytes for metadata blocks and inodes in use, from 1 MiB on
   * @param pageBytes bytes for pages and the inodes of their files, from 64 KiB on; at least 16
   *     pages fit in any case
   * @param statusEntries number of runs in all extent status trees, 24 bytes each, from 16 on;
   *     delayed runs may exceed the bound
   */
  public record Memory(long metadataBytes, long pageBytes, long statusEntries) {
    /** 16 MiB for metadata, 16 MiB for pages, and 12 MiB for extent status trees. */
    public static final Memory DEFAULT = new Memory(16L << 20, 16L << 20, 1 << 19);

    /** Checks the bounds. */
    public Memory {
      if (metadataBytes < 1 << 20) {
        throw new IllegalArgumentException("a cache of " + metadataBytes + " bytes is too small");
      }
      if (pageBytes < 1 << 16 || statusEntries < 16) {
        throw new IllegalArgumentException(
            "too small: " + pageBytes + " bytes of content, " + statusEntries + " entries");
      }
    }
  }

  /** Returns options for reading only. */
  public static OpenOptions readOnly() {
    return new OpenOptions(
        false, PRIMARY_SUPERBLOCK, 0, Memory.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** Returns options for making changes. */
  public static OpenOptions readWrite() {
    return new OpenOptions(
        true, PRIMARY_SUPERBLOCK, 0, Memory.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** Returns these options with a backup superblock, as {@code e2fsck -b BLOCK -B BLOCKSIZE}. */
  public OpenOptions withBackupSuperblock(long block, int blockSize) {
    return new OpenOptions(
        writable, block, blockSize, memory, clock, journalDevice, discard, reserveKept);
  }

  /** Returns these options with another clock. */
  public OpenOptions withClock(Clock newClock) {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        memory,
        newClock,
        journalDevice,
        discard,
        reserveKept);
  }

  /** Returns these options with other bounds of memory. */
  public OpenOptions withMemory(Memory newMemory) {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        newMemory,
        clock,
        journalDevice,
        discard,
        reserveKept);
  }

  /** Returns these options with another bound of the memory for metadata. */
  public OpenOptions withCacheBytes(long newCacheBytes) {
    return withMemory(new Memory(newCacheBytes, memory.pageBytes(), memory.statusEntries()));
  }

  /** Returns these options with a device that holds the journal. The caller closes that device. */
  public OpenOptions withJournalDevice(BlockDevice device) {
    return new OpenOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, device, discard, reserveKept);
  }

  /**
   * Returns these options with freed space discarded. In an image file, freed blocks become holes.
   */
  public OpenOptions withDiscard() {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        memory,
        clock,
        journalDevice,
        true,
        reserveKept);
  }

  /**
   * Returns these options with the reserved blocks kept: content does not use the last free blocks,
   * which are reserved for root.
   */
  public OpenOptions withReserveKept() {
    return new OpenOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, journalDevice, discard, true);
  }
}
