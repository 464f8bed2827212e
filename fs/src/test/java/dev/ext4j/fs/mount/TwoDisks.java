package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Two disks that are recorded together, so that both can be cut at the same instant. */
final class TwoDisks {
  private final RecordingDevice first;
  private final RecordingDevice second;
  private final List<Instant> instants = new ArrayList<>();

  /** The number of events on each disk at an instant. */
  record Instant(int firstEvents, int secondEvents) {}

  /** The disks after a crash. */
  record State(MemoryBlockDevice first, MemoryBlockDevice second) {
    State copy() {
      return new State(first.copy(), second.copy());
    }
  }

  TwoDisks(BlockDevice first, BlockDevice second) {
    this.first = RecordingDevice.sharing(first);
    this.second = RecordingDevice.sharing(second);
    note();
  }

  private synchronized void note() {
    instants.add(new Instant(first.eventCount(), second.eventCount()));
  }

  /** Returns the first disk, for use. */
  BlockDevice first() {
    return new Noting(first);
  }

  /** Returns the second disk, for use. */
  BlockDevice second() {
    return new Noting(second);
  }

  /** Returns the number of instants: one before the first event, and one after each. */
  int instantCount() {
    return instants.size();
  }

  /** Returns the disks if everything up to an instant has reached them. */
  State cutAt(int instant) throws IOException {
    Instant at = instants.get(instant);
    return new State(
        MemoryBlockDevice.copyOf(first.imageAfter(at.firstEvents)),
        MemoryBlockDevice.copyOf(second.imageAfter(at.secondEvents)));
  }

  /** Returns the disks if some writes that were not flushed are lost or torn. */
  State crashAt(int instant, RandomGenerator random) throws IOException {
    Instant at = instants.get(instant);
    return new State(
        MemoryBlockDevice.copyOf(first.crashAfter(at.firstEvents, random, Tearing.SECTORS)),
        MemoryBlockDevice.copyOf(second.crashAfter(at.secondEvents, random, Tearing.SECTORS)));
  }

  /**
   * Returns the disks as far apart as they can be: one has all writes up to an instant, the other
   * only those that were flushed.
   */
  State apartAt(int instant, boolean firstLags) throws IOException {
    Instant at = instants.get(instant);
    int ofFirst = firstLags ? flushed(first, at.firstEvents) : at.firstEvents;
    int ofSecond = firstLags ? at.secondEvents : flushed(second, at.secondEvents);
    return new State(
        MemoryBlockDevice.copyOf(first.imageAfter(ofFirst)),
        MemoryBlockDevice.copyOf(second.imageAfter(ofSecond)));
  }

  private static int flushed(RecordingDevice disk, int eventCount) {
    return disk.events().subList(0, eventCount).lastIndexOf(new DeviceEvent.Flush()) + 1;
  }

  private final class Noting extends ForwardingDevice {
    Noting(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
      super.writeFully(byteOffset, source);
      note();
    }

    @Override
    public void flush() throws IOException {
      super.flush();
      note();
    }

    @Override
    public void discard(long byteOffset, long byteCount) throws IOException {
      super.discard(byteOffset, byteCount);
      note();
    }

    @Override
    public void close() {}
  }
}
