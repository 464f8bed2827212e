package dev.ext4j.fs;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.inspect.TraceEvent;
import dev.ext4j.fs.inspect.Tracer;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Trace;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a file system. They are immutable. {@link #toBuilder} returns a builder for a
 * changed copy.
 *
 * <pre>{@code
 * OpenOptions options = OpenOptions.builder().writable(true).discardFreed(true).build();
 * }</pre>
 */
public final class OpenOptions {
  private final MountOptions mount;

  private OpenOptions(MountOptions mount) {
    this.mount = mount;
  }

  /**
   * Returns options that wrap the given engine options. Only tests of the engine call this method.
   */
  static OpenOptions of(MountOptions mount) {
    return new OpenOptions(mount);
  }

  /** Returns options for reading only. */
  public static OpenOptions readOnly() {
    return builder().build();
  }

  /** Returns options for making changes. */
  public static OpenOptions readWrite() {
    return builder().writable(true).build();
  }

  /**
   * Returns a builder. Its initial values are the defaults that its methods document, and open the
   * file system for reading only.
   */
  public static Builder builder() {
    return new Builder(MountOptions.readOnly());
  }

  /** Returns a builder whose initial values are these options. */
  public Builder toBuilder() {
    return new Builder(mount);
  }

  /** Returns whether the file system is opened for writing. */
  public boolean writable() {
    return mount.writable();
  }

  /** Returns the bounds of the memory used for caches. */
  public MemoryBounds memory() {
    return mount.memory();
  }

  MountOptions forMount() {
    return mount;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OpenOptions options && mount.equals(options.mount);
  }

  @Override
  public int hashCode() {
    return mount.hashCode();
  }

  @Override
  public String toString() {
    return "OpenOptions" + mount.toString().substring("MountOptions".length());
  }

  /** A listener that passes the events of the engine to a tracer. */
  private record TracerListener(Tracer tracer) implements Trace.Listener {
    @Override
    public boolean hears(Trace kind) {
      return tracer.hears(kindOf(kind));
    }

    private static TraceEvent.Kind kindOf(Trace kind) {
      return switch (kind) {
        case ES -> TraceEvent.Kind.ES;
        case LOCKS -> TraceEvent.Kind.LOCKS;
        case JOURNAL -> TraceEvent.Kind.JOURNAL;
        case STEPS -> TraceEvent.Kind.STEPS;
      };
    }

    @Override
    public void hear(Trace kind, long inodeNumber, String what, String detail) {
      tracer.hear(
          new TraceEvent(
              kindOf(kind), Thread.currentThread().getName(), inodeNumber, what, detail));
    }
  }

  /** A builder that collects options. */
  public static final class Builder {
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

    private MountOptions mount;

    private Builder(MountOptions mount) {
      this.mount = mount;
    }

    /**
     * Sets whether the file system is opened for writing; false by default. The device must be
     * writable as well.
     */
    @CanIgnoreReturnValue
    public Builder writable(boolean on) {
      mount = mount.withWritable(on);
      return this;
    }

    /**
     * Sets a backup superblock that is read instead of the primary one at byte 1024 of the device,
     * as {@code e2fsck -b BLOCK -B BLOCKSIZE} does.
     *
     * @param block the number of the block that holds the copy
     * @param blockSize the block size in bytes with which the block is found
     */
    @CanIgnoreReturnValue
    public Builder backupSuperblock(long block, int blockSize) {
      mount = mount.withBackupSuperblock(block, blockSize);
      return this;
    }

    /** Sets the device that holds an external journal. The caller closes that device. */
    @CanIgnoreReturnValue
    public Builder journalDevice(BlockDevice device) {
      mount = mount.withJournalDevice(device);
      return this;
    }

    /** Sets the bounds of the memory used for caches; {@link MemoryBounds#DEFAULT} by default. */
    @CanIgnoreReturnValue
    public Builder memory(MemoryBounds bounds) {
      mount = mount.withMemory(bounds);
      return this;
    }

    /** Sets the source of the time stamps of changes; the system's clock in UTC by default. */
    @CanIgnoreReturnValue
    public Builder clock(Clock clock) {
      mount = mount.withClock(clock);
      return this;
    }

    /**
     * Sets whether freed space is discarded after the transaction that freed it is durable; false
     * by default. In an image file, freed blocks become holes.
     */
    @CanIgnoreReturnValue
    public Builder discardFreed(boolean on) {
      mount = mount.withDiscard(on);
      return this;
    }

    /**
     * Sets whether the blocks that the superblock reserves for root are kept free; false by
     * default. If false, all content may use these blocks, as content of root may in the kernel.
     */
    @CanIgnoreReturnValue
    public Builder keepReserve(boolean on) {
      mount = mount.withReserveKept(on);
      return this;
    }

    /**
     * Sets the time after which changes become durable without a request; zero by default. With
     * zero, each operation that changes blocks is durable when it returns, as the Javadoc of the
     * operations says. With another time, no operation waits for the device. Changes are then
     * durable after this time at the latest, earlier if nothing is changed for 0.2 seconds, and
     * after {@link Ext4File#force}, {@link Ext4FileSystem#sync} and {@link Ext4FileSystem#close}.
     * That suits programs that keep a file system open. The kernel's time is five seconds.
     *
     * @throws IllegalArgumentException if the time is negative or longer than a day
     */
    @CanIgnoreReturnValue
    public Builder commitInterval(Duration interval) {
      if (interval.isNegative() || interval.compareTo(LONGEST_INTERVAL) > 0) {
        throw new IllegalArgumentException("a commit interval of " + interval);
      }
      mount = mount.withCommitInterval(interval);
      return this;
    }

    /** Sets the receiver of the engine's events; none by default. */
    @CanIgnoreReturnValue
    public Builder tracer(Tracer tracer) {
      mount = mount.withProbes(Probes.tracing(new TracerListener(tracer)));
      return this;
    }

    /** Returns the options. */
    public OpenOptions build() {
      return new OpenOptions(mount);
    }
  }
}
