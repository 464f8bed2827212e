package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.probe.Probes;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The options with which the engine opens a file system. They are immutable; each method {@code
 * with..} returns a changed copy.
 */
public final class MountOptions {
  /**
   * The value of {@link #backupSuperblock} for the primary superblock, 1024 bytes into the device.
   */
  public static final long PRIMARY_SUPERBLOCK = -1;

  // Only a copy that no other code has seen yet is changed.
  private boolean writable;
  private long backupSuperblock = PRIMARY_SUPERBLOCK;
  private int backupBlockSize;
  private MemoryBounds memory = MemoryBounds.DEFAULT;
  private Clock clock = Clock.systemUTC();
  private LongSupplier nanos = System::nanoTime;
  private @Nullable BlockDevice journalDevice;
  private boolean discard;
  private boolean reserveKept;
  private Probes probes = Probes.NONE;
  private @Nullable LockOrder lockOrder;

  private MountOptions() {}

  /** Returns options for reading only. */
  public static MountOptions readOnly() {
    return new MountOptions();
  }

  /** Returns options for making changes. */
  public static MountOptions readWrite() {
    return readOnly().withWritable(true);
  }

  private MountOptions with(Consumer<MountOptions> change) {
    MountOptions copy = new MountOptions();
    copy.writable = writable;
    copy.backupSuperblock = backupSuperblock;
    copy.backupBlockSize = backupBlockSize;
    copy.memory = memory;
    copy.clock = clock;
    copy.nanos = nanos;
    copy.journalDevice = journalDevice;
    copy.discard = discard;
    copy.reserveKept = reserveKept;
    copy.probes = probes;
    copy.lockOrder = lockOrder;
    change.accept(copy);
    return copy;
  }

  /** Returns a copy for reading only or for making changes. */
  public MountOptions withWritable(boolean on) {
    return with(copy -> copy.writable = on);
  }

  /** Returns a copy with a backup superblock, as {@code e2fsck -b BLOCK -B BLOCKSIZE}. */
  public MountOptions withBackupSuperblock(long block, int blockSize) {
    return with(
        copy -> {
          copy.backupSuperblock = block;
          copy.backupBlockSize = blockSize;
        });
  }

  /** Returns a copy with another clock. */
  public MountOptions withClock(Clock newClock) {
    return with(copy -> copy.clock = newClock);
  }

  /** Returns a copy with a source of time spans other than {@link System#nanoTime}. */
  public MountOptions withNanos(LongSupplier newNanos) {
    return with(copy -> copy.nanos = newNanos);
  }

  /** Returns a copy with other bounds of memory. */
  public MountOptions withMemory(MemoryBounds newMemory) {
    return with(copy -> copy.memory = newMemory);
  }

  /** Returns a copy with a device that holds the journal. The caller closes that device. */
  public MountOptions withJournalDevice(BlockDevice device) {
    return with(copy -> copy.journalDevice = device);
  }

  /**
   * Returns a copy with freed space discarded or not. In an image file, freed blocks become holes.
   */
  public MountOptions withDiscard(boolean on) {
    return with(copy -> copy.discard = on);
  }

  /** Returns a copy with the reserved blocks kept for root, or available to all content. */
  public MountOptions withReserveKept(boolean on) {
    return with(copy -> copy.reserveKept = on);
  }

  /** Returns a copy with the observers of the file system. */
  public MountOptions withProbes(Probes newProbes) {
    return with(copy -> copy.probes = newProbes);
  }

  /**
   * Returns a copy for opening a temporary copy of a file system that is open. The locks of the
   * temporary copy belong to the lock order of the original, so that a thread that holds an outer
   * lock of the original may use the temporary copy.
   */
  MountOptions within(LockOrder original) {
    return with(copy -> copy.lockOrder = original);
  }

  /** Returns whether the file system is opened for writing; the device must be writable as well. */
  public boolean writable() {
    return writable;
  }

  /** Returns the block number of the superblock to use, or {@link #PRIMARY_SUPERBLOCK}. */
  public long backupSuperblock() {
    return backupSuperblock;
  }

  /**
   * Returns the block size in bytes with which the backup superblock is found; ignored for the
   * primary superblock.
   */
  public int backupBlockSize() {
    return backupBlockSize;
  }

  /** Returns the bounds of the memory used for caches. */
  public MemoryBounds memory() {
    return memory;
  }

  /** Returns the source of the time stamps of changes. */
  public Clock clock() {
    return clock;
  }

  /** Returns the source of time spans, in nanoseconds from any origin. */
  public LongSupplier nanos() {
    return nanos;
  }

  /** Returns the device that holds the journal, or null if no external journal is given. */
  public @Nullable BlockDevice journalDevice() {
    return journalDevice;
  }

  /** Returns whether freed space is discarded, after the transaction that freed it is durable. */
  public boolean discard() {
    return discard;
  }

  /**
   * Returns whether the blocks that the superblock reserves for root are kept free; if false, ext4j
   * may use them, as root may.
   */
  public boolean reserveKept() {
    return reserveKept;
  }

  /** Returns the observers of the file system. */
  public Probes probes() {
    return probes;
  }

  /**
   * Returns the lock order of a file system on a device: a new one, or that of the original if the
   * file system is a temporary copy.
   */
  LockOrder lockOrder(BlockDevice device) {
    LockOrder original = lockOrder;
    return original != null ? original : new LockOrder("the file system on " + device, probes);
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        writable,
        backupSuperblock,
        backupBlockSize,
        memory,
        clock,
        nanos,
        journalDevice,
        discard,
        reserveKept,
        probes,
        lockOrder);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MountOptions options && values().equals(options.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "MountOptions"
        + List.of(writable, backupSuperblock, memory, clock, discard, reserveKept);
  }
}
