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
 * @param cacheBytes bound of the metadata cache in bytes
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
    long cacheBytes,
    Clock clock,
    @Nullable BlockDevice journalDevice,
    boolean discard,
    boolean reserveKept) {
  /** {@link #backupSuperblock} of those who take the primary one, 1024 bytes into the device. */
  public static final long PRIMARY_SUPERBLOCK = -1;

  private static final long DEFAULT_CACHE_BYTES = 16L << 20;

  /** Checks the bounds. */
  public OpenOptions {
    if (cacheBytes < 1 << 20) {
      throw new IllegalArgumentException("a cache of " + cacheBytes + " bytes is too small");
    }
  }

  /** For looking only. */
  public static OpenOptions readOnly() {
    return new OpenOptions(
        false, PRIMARY_SUPERBLOCK, 0, DEFAULT_CACHE_BYTES, Clock.systemUTC(), null, false, false);
  }

  /** For making changes. */
  public static OpenOptions readWrite() {
    return new OpenOptions(
        true, PRIMARY_SUPERBLOCK, 0, DEFAULT_CACHE_BYTES, Clock.systemUTC(), null, false, false);
  }

  /** The same, with a backup superblock, as {@code e2fsck -b BLOCK -B BLOCKSIZE}. */
  public OpenOptions withBackupSuperblock(long block, int blockSize) {
    return new OpenOptions(
        writable, block, blockSize, cacheBytes, clock, journalDevice, discard, reserveKept);
  }

  /** The same, with another clock. */
  public OpenOptions withClock(Clock newClock) {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        cacheBytes,
        newClock,
        journalDevice,
        discard,
        reserveKept);
  }

  /** The same, with another bound of the cache. */
  public OpenOptions withCacheBytes(long newCacheBytes) {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        newCacheBytes,
        clock,
        journalDevice,
        discard,
        reserveKept);
  }

  /** The same, with a device that holds the journal; it stays the caller's to close. */
  public OpenOptions withJournalDevice(BlockDevice device) {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        cacheBytes,
        clock,
        device,
        discard,
        reserveKept);
  }

  /** The same, with freed space discarded: an image file gets holes where it was. */
  public OpenOptions withDiscard() {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        cacheBytes,
        clock,
        journalDevice,
        true,
        reserveKept);
  }

  /** The same, but content does not take the last free blocks, which are kept for root. */
  public OpenOptions withReserveKept() {
    return new OpenOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        cacheBytes,
        clock,
        journalDevice,
        discard,
        true);
  }
}
