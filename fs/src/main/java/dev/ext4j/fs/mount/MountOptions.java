package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.model.MemoryBounds;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The options with which the engine opens a file system.
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
public record MountOptions(
    boolean writable,
    long backupSuperblock,
    int backupBlockSize,
    MemoryBounds memory,
    Clock clock,
    @Nullable BlockDevice journalDevice,
    boolean discard,
    boolean reserveKept) {
  /**
   * The value of {@link #backupSuperblock} for the primary superblock, 1024 bytes into the device.
   */
  public static final long PRIMARY_SUPERBLOCK = -1;

  /** Returns options for reading only. */
  public static MountOptions readOnly() {
    return new MountOptions(
        false, PRIMARY_SUPERBLOCK, 0, MemoryBounds.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** Returns options for making changes. */
  public static MountOptions readWrite() {
    return new MountOptions(
        true, PRIMARY_SUPERBLOCK, 0, MemoryBounds.DEFAULT, Clock.systemUTC(), null, false, false);
  }

  /** Returns these options, for reading or for making changes. */
  public MountOptions withWritable(boolean on) {
    return new MountOptions(
        on, backupSuperblock, backupBlockSize, memory, clock, journalDevice, discard, reserveKept);
  }

  /** Returns these options with a backup superblock, as {@code e2fsck -b BLOCK -B BLOCKSIZE}. */
  public MountOptions withBackupSuperblock(long block, int blockSize) {
    return new MountOptions(
        writable, block, blockSize, memory, clock, journalDevice, discard, reserveKept);
  }

  /** Returns these options with another clock. */
  public MountOptions withClock(Clock newClock) {
    return new MountOptions(
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
  public MountOptions withMemory(MemoryBounds newMemory) {
    return new MountOptions(
        writable,
        backupSuperblock,
        backupBlockSize,
        newMemory,
        clock,
        journalDevice,
        discard,
        reserveKept);
  }

  /** Returns these options with a device that holds the journal. The caller closes that device. */
  public MountOptions withJournalDevice(BlockDevice device) {
    return new MountOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, device, discard, reserveKept);
  }

  /**
   * Returns these options with freed space discarded or not. In an image file, freed blocks become
   * holes.
   */
  public MountOptions withDiscard(boolean on) {
    return new MountOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, journalDevice, on, reserveKept);
  }

  /** Returns these options with the reserved blocks kept for root, or available to all content. */
  public MountOptions withReserveKept(boolean on) {
    return new MountOptions(
        writable, backupSuperblock, backupBlockSize, memory, clock, journalDevice, discard, on);
  }
}
