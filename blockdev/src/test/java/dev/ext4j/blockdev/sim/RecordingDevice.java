package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A disk that remembers every change in order, and can show what it held after any of them, or what
 * a crash after any of them could have left. The base is never changed: the current content is an
 * overlay over it, so the base stays the state before the first event. Closing the recording closes
 * the base; what was recorded can be used as long as the base is open, so a test that looks at
 * images afterwards builds the recording with {@link #sharing}.
 *
 * <p>An event is in the record before the call that caused it returns. Changes are taken one at a
 * time, so that the order in the record is the order on the disk.
 */
public final class RecordingDevice extends ForwardingDevice {
  private final BlockDevice base;
  private final List<DeviceEvent> events = new ArrayList<>();

  private RecordingDevice(BlockDevice base, OverlayDevice current) {
    super(current);
    this.base = base;
  }

  /** Records changes over {@code base} and closes it when closed. */
  public static RecordingDevice owning(BlockDevice base) {
    return new RecordingDevice(base, OverlayDevice.owning(base));
  }

  /** Records changes over {@code base} and leaves it open. */
  public static RecordingDevice sharing(BlockDevice base) {
    return new RecordingDevice(base, OverlayDevice.sharing(base));
  }

  /** What was done so far, in order. */
  public synchronized List<DeviceEvent> events() {
    return List.copyOf(events);
  }

  /** How many events there are so far. */
  public synchronized int eventCount() {
    return events.size();
  }

  /**
   * The counts of events after which everything before was durable: for each flush, the number of
   * events up to and including it, ascending.
   */
  public List<Integer> flushBoundaries() {
    List<Integer> boundaries = new ArrayList<>();
    List<DeviceEvent> recorded = events();
    for (int i = 0; i < recorded.size(); i++) {
      if (recorded.get(i) instanceof DeviceEvent.Flush) {
        boundaries.add(i + 1);
      }
    }
    return boundaries;
  }

  /** Does the first {@code eventCount} events again, to {@code target}. */
  public void replay(int eventCount, BlockDevice target) throws IOException {
    for (DeviceEvent event : events().subList(0, eventCount)) {
      event.applyTo(target);
    }
  }

  /** The disk as it was after {@code eventCount} events, as an overlay that shares the base. */
  public OverlayDevice imageAfter(int eventCount) throws IOException {
    OverlayDevice image = OverlayDevice.sharing(base);
    replay(eventCount, image);
    return image;
  }

  /**
   * The disk as a power failure after {@code eventCount} events could have left it: everything up
   * to the last flush among them, and a random subset of what came after it.
   */
  public OverlayDevice crashAfter(int eventCount, RandomGenerator random, Tearing tearing)
      throws IOException {
    List<DeviceEvent> happened = events().subList(0, eventCount);
    int durable = happened.lastIndexOf(new DeviceEvent.Flush()) + 1;
    OverlayDevice image = imageAfter(durable);
    new Crash(random, tearing).keepSome(happened.subList(durable, eventCount), image);
    return image;
  }

  @Override
  public synchronized void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    DeviceEvent.Write event = new DeviceEvent.Write(byteOffset, source);
    super.writeFully(byteOffset, source);
    events.add(event);
  }

  @Override
  public synchronized void flush() throws IOException {
    super.flush();
    events.add(new DeviceEvent.Flush());
  }

  @Override
  public synchronized void discard(long byteOffset, long byteCount) throws IOException {
    super.discard(byteOffset, byteCount);
    events.add(new DeviceEvent.Discard(byteOffset, byteCount));
  }
}
