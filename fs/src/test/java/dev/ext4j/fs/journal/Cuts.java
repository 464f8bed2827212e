package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The points of a recording at which the power fails: before one of its writes, or at its end.
 * Checking one state takes a tenth of a second. A build therefore takes some points, and the next
 * build takes others. If {@code ext4j.seeds} is above 1, a run takes all of them.
 */
public final class Cuts {
  private Cuts() {}

  /** Returns all points, in order. */
  public static List<Integer> all(RecordingDevice recording) {
    List<Integer> cuts = new ArrayList<>();
    for (int event = 0; event < recording.eventCount(); event++) {
      if (recording.events().get(event) instanceof DeviceEvent.Write) {
        cuts.add(event);
      }
    }
    cuts.add(recording.eventCount());
    return cuts;
  }

  /** Returns up to {@code most} points, always with the end. The choice is new in each run. */
  public static List<Integer> some(RecordingDevice recording, int most) {
    return some(recording, most, new Random());
  }

  /** Returns up to {@code most} points, always with the end, in order. */
  public static List<Integer> some(RecordingDevice recording, int most, RandomGenerator random) {
    List<Integer> cuts = all(recording);
    if (cuts.size() <= most || Integer.getInteger("ext4j.seeds", 1) > 1) {
      return cuts;
    }
    Integer end = cuts.remove(cuts.size() - 1);
    while (cuts.size() >= most) {
      cuts.remove(random.nextInt(cuts.size()));
    }
    cuts.add(end);
    Collections.sort(cuts);
    return cuts;
  }
}
