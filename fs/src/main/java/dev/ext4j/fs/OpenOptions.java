package dev.ext4j.fs;

import dev.ext4j.blockdev.BlockDevice;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * How to open a file system.
 *
 * @param writable whether changes are going to be made; the device must be writable, too
 * @param backupSuperblock number of the block that holds the superblock to use, or {@link
 *     #PRIMARY_SUPERBLOCK}
 * @param backupBlockSize block size in bytes to find it with; ignored for the primary superblock
 * @param memory bounds of what is kept in memory
 * @param clock where the time stamps of changes come from
 * @param journalDevice the journal of a file system that has it on a device of its own, or null
 * @param discard whether freed space is discarded, when what freed it is durable
 * @param reserveKept whether the last free blocks are left for root, as the file system says; ext4j
 *     acts as root otherwise
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
  /** {@link #backupSuperblock} of those who take the primary one, 1024 bytes into the device. */
  public static final long PRIMARY_SUPERBLOCK = -1;

  /**
   * Bounds of what is kept in memory, with all that goes with it, however many files are open. The
   * changes of the transactions that run, commit, or wait for their way home take up to 40 MiB
   * beside, and less where the journal is small; an open file itself takes about 100 bytes.
   *
   * @param metadataBytes blocks of metadata and inodes in use, in bytes, from 1 MiB on
   * @param pageBytes content of files, in bytes, with the inodes of these, from 64 KiB on; there is
   *     room for 16 pages at least
   * @param statusEntries runs of mappings that are known, 24 bytes each, from 16 on; what is
   *     delayed may exceed it
   */
  public record Memory(long metadataBytes, long pageBytes, long statusEntries) {
    /** 16 MiB of metadata, 16 MiB of content, and 12 MiB for mappings. */
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

  /** For looking only. */
  public static OpenOptions readOnly() {
    return new OpenOptions(
        false, PRIMARY_SUPERBLOCK, 0, Memory.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** For making changes. */
  public static OpenOptions readWrite() {
    return new OpenOptions(
        true, PRIMARY_SUPERBLOCK, 0, Memory.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** The same, with a backup superblock, as {@code e2fsck -b BLOCK -B BLOCKSIZE}. */
  public OpenOptions withBackupSuperblock(long block, int blockSize) {
    return new OpenOptions(
        writable, block, blockSize, memory, clock, journalDevice, discard, reserveKept);
  }

  /** The same, with another clock. */
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

  /** The same, with other bounds of memory. */
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

  /** The same, with another bound of the metadata in memory. */
  public OpenOptions withCacheBytes(long newCacheBytes) {
    return withMemory(new Memory(newCacheBytes, memory.pageBytes(), memory.statusEntries()));
  }

  /** The same, with a device that holds the journal; it stays the caller's to close. */
  public OpenOptions withJournalDevice(BlockDevice device) {
    return new OpenOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, device, discard, reserveKept);
  }

  /** The same, with freed space discarded: an image file gets holes where it was. */
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

  /** The same, but content does not take the last free blocks, which are kept for root. */
  public OpenOptions withReserveKept() {
    return new OpenOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, journalDevice, discard, true);
  }
}
