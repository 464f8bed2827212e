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
 * A disk that records every change in order. It can show its content after any of them, and the
 * content that a crash after any of them could have left. The base is never changed: the current
 * content is an overlay over it, so the base stays in the state before the first event. Closing the
 * recording closes the base unless it was built with {@link #sharing}. Recorded events and images
 * can be used as long as the base is open. A test that inspects images after the close therefore
 * uses {@link #sharing}.
 *
 * <p>An event is in the record before the call that caused it returns. Changes are made one at a
 * time, so that the order in the record is the order on the disk.
 */
public final class RecordingDevice extends ForwardingDevice {
  private final BlockDevice base;
  private final List<DeviceEvent> events = new ArrayList<>();

  private RecordingDevice(BlockDevice base, OverlayDevice current) {
    super(current);
    this.base = base;
  }

  /** Returns a recording of changes over {@code base} that closes the base when it is closed. */
  public static RecordingDevice owning(BlockDevice base) {
    return new RecordingDevice(base, OverlayDevice.owning(base));
  }

  /**
   * Returns a recording of changes over {@code base} that leaves the base open when it is closed.
   */
  public static RecordingDevice sharing(BlockDevice base) {
    return new RecordingDevice(base, OverlayDevice.sharing(base));
  }

  /** Returns the events so far, in order. */
  public synchronized List<DeviceEvent> events() {
    return List.copyOf(events);
  }

  /** Returns the number of events so far. */
  public synchronized int eventCount() {
    return events.size();
  }

  /**
   * Returns the event counts after which all earlier events are durable: for each flush the number
   * of events up to and including it, ascending.
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

  /** Applies the first {@code eventCount} events to {@code target}. */
  public void replay(int eventCount, BlockDevice target) throws IOException {
    for (DeviceEvent event : events().subList(0, eventCount)) {
      event.applyTo(target);
    }
  }

  /** Returns the disk after {@code eventCount} events, as an overlay that shares the base. */
  public OverlayDevice imageAfter(int eventCount) throws IOException {
    OverlayDevice image = OverlayDevice.sharing(base);
    replay(eventCount, image);
    return image;
  }

  /**
   * Returns the disk as a power failure after {@code eventCount} events could have left it: with
   * all changes up to the last flush among these events, and a random subset of the later changes.
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
