package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.sim.DeviceEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The writes between two flushes, and the sets of them that a power failure may leave. Only the
 * hardest sets are tried, not every subset.
 *
 * @param start the number of events before the epoch
 * @param writes the writes, in order
 * @param end the number of events before the flush that ends the epoch
 */
public record Epoch(int start, List<DeviceEvent> writes, int end) {
  /** Returns the epochs of a recording. The last one may have no flush after it. */
  public static List<Epoch> of(List<DeviceEvent> events) {
    List<Epoch> epochs = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= events.size(); i++) {
      if (i == events.size() || events.get(i) instanceof DeviceEvent.Flush) {
        epochs.add(new Epoch(start, List.copyOf(events.subList(start, i)), i));
        start = i + 1;
      }
    }
    return epochs;
  }

  /**
   * Returns sets of writes that may have reached the disk: none, the last one alone, all but one of
   * them (for each one), and all.
   */
  public List<List<DeviceEvent>> hardest() {
    List<List<DeviceEvent>> states = new ArrayList<>();
    int count = writes.size();
    states.add(List.of());
    if (count > 1) {
      states.add(writes.subList(count - 1, count));
      for (int missing = 0; missing < count; missing++) {
        states.add(without(writes, missing));
      }
    }
    if (count > 0) {
      states.add(writes);
    }
    return states;
  }

  private static List<DeviceEvent> without(List<DeviceEvent> events, int missing) {
    List<DeviceEvent> state = new ArrayList<>(events);
    state.remove(missing);
    return state;
  }

  /**
   * Returns sets of blocks that may be left if the flush after this epoch is missing. These are all
   * blocks of the next epoch with none of this epoch or all but one. There are also all but one
   * block of the next epoch alone, and no block at all.
   */
  List<List<DeviceEvent>> mixedWith(Epoch next, int blockSize) {
    List<DeviceEvent> mine = blocks(writes, blockSize);
    List<DeviceEvent> theirs = blocks(next.writes, blockSize);
    List<List<DeviceEvent>> states = new ArrayList<>();
    states.add(theirs);
    for (int missing = 0; missing < mine.size(); missing++) {
      List<DeviceEvent> state = without(mine, missing);
      state.addAll(theirs);
      states.add(state);
    }
    for (int missing = 0; missing < theirs.size(); missing++) {
      states.add(without(theirs, missing));
    }
    states.add(List.of());
    return states;
  }

  private static List<DeviceEvent> blocks(List<DeviceEvent> events, int blockSize) {
    List<DeviceEvent> blocks = new ArrayList<>();
    for (DeviceEvent event : events) {
      if (event instanceof DeviceEvent.Write write) {
        ByteBuffer data = write.data();
        for (int at = 0; at < data.remaining(); at += blockSize) {
          int count = Math.min(blockSize, data.remaining() - at);
          ByteBuffer piece = data.slice(data.position() + at, count);
          blocks.add(new DeviceEvent.Write(write.byteOffset() + at, piece));
        }
      } else {
        blocks.add(event);
      }
    }
    return blocks;
  }
}
