package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.probe.Probes;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The options with which the engine opens a file system. The object is immutable. Each method
 * {@code with..} returns a changed copy.
 */
public final class MountOptions {
  /**
   * The value of {@link #backupSuperblock} for the primary superblock, 1024 bytes into the device.
   */
  public static final long PRIMARY_SUPERBLOCK = -1;

  // These fields are changed only in a new copy, before any other code can see the copy.
  private boolean writable;
  private long backupSuperblock = PRIMARY_SUPERBLOCK;
  private int backupBlockSize;
  private MemoryBounds memory = MemoryBounds.DEFAULT;
  private Clock clock = Clock.systemUTC();
  private LongSupplier nanos = System::nanoTime;
  private @Nullable BlockDevice journalDevice;
  private boolean discard;
  private boolean reserveKept;
  private Duration commitInterval = Duration.ZERO;
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
    copy.commitInterval = commitInterval;
    copy.probes = probes;
    copy.lockOrder = lockOrder;
    change.accept(copy);
    return copy;
  }

  /** Returns a copy for reading only or for making changes. */
  public MountOptions withWritable(boolean on) {
    return with(copy -> copy.writable = on);
  }

  /**
   * Returns a copy that reads a backup superblock instead of the primary one, like {@code e2fsck -b
   * BLOCK -B BLOCKSIZE}.
   */
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

  /** Returns a copy with another clock for time spans, in place of {@link System#nanoTime}. */
  public MountOptions withNanos(LongSupplier newNanos) {
    return with(copy -> copy.nanos = newNanos);
  }

  /** Returns a copy with other bounds of the memory used for caches. */
  public MountOptions withMemory(MemoryBounds newMemory) {
    return with(copy -> copy.memory = newMemory);
  }

  /** Returns a copy with a device that holds the journal. The caller closes that device. */
  public MountOptions withJournalDevice(BlockDevice device) {
    return with(copy -> copy.journalDevice = device);
  }

  /**
   * Returns a copy with or without the discard of freed space. In an image file, discarded blocks
   * become holes.
   */
  public MountOptions withDiscard(boolean on) {
    return with(copy -> copy.discard = on);
  }

  /** Returns a copy that keeps the reserved blocks for root, or lets ext4j use them. */
  public MountOptions withReserveKept(boolean on) {
    return with(copy -> copy.reserveKept = on);
  }

  /**
   * Returns a copy with the time after which changes become durable without a request. With zero,
   * each operation commits by itself.
   */
  public MountOptions withCommitInterval(Duration interval) {
    return with(copy -> copy.commitInterval = interval);
  }

  /** Returns a copy with the observers of the file system. */
  public MountOptions withProbes(Probes newProbes) {
    return with(copy -> copy.probes = newProbes);
  }

  /**
   * Returns options for a temporary copy of a file system that is open. The locks of the temporary
   * copy belong to the lock order of the original. Therefore a thread that holds an outer lock of
   * the original may use the temporary copy.
   */
  MountOptions within(LockOrder original) {
    return with(copy -> copy.lockOrder = original);
  }

  /** Returns whether the file system is opened for writing. The device must be writable as well. */
  public boolean writable() {
    return writable;
  }

  /** Returns the block number of the superblock to use, or {@link #PRIMARY_SUPERBLOCK}. */
  public long backupSuperblock() {
    return backupSuperblock;
  }

  /**
   * Returns the block size, in bytes, with which the position of the backup superblock is computed.
   * It is ignored for the primary superblock.
   */
  public int backupBlockSize() {
    return backupBlockSize;
  }

  /** Returns the bounds of the memory used for caches. */
  public MemoryBounds memory() {
    return memory;
  }

  /**
   * Returns the time after which changes become durable without a request; zero if each operation
   * commits by itself.
   */
  public Duration commitInterval() {
    return commitInterval;
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

  /**
   * Returns whether freed space is discarded. It is discarded after the transaction that freed it
   * is durable.
   */
  public boolean discard() {
    return discard;
  }

  /**
   * Returns whether the blocks that the superblock reserves for root are kept free. If not, ext4j
   * may use these blocks, as root may.
   */
  public boolean reserveKept() {
    return reserveKept;
  }

  /** Returns the observers of the file system. */
  public Probes probes() {
    return probes;
  }

  /**
   * Returns the lock order of a file system on a device. This is the lock order of the original if
   * the file system is a temporary copy, otherwise a new lock order.
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
        commitInterval,
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
        + List.of(writable, backupSuperblock, memory, clock, discard, reserveKept, commitInterval);
  }
}
