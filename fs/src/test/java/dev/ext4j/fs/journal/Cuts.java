package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The places of a record where the power fails: before one of its writes, or at its end. Each state
 * takes a judge a tenth of a second, so a build takes some of them, and others in its next run; all
 * of them where {@code ext4j.seeds} asks for more than a build does.
 */
public final class Cuts {
  private Cuts() {}

  /** All of them, from the first one on. */
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

  /** Up to {@code most} of them, with the end among them, chosen anew in each run. */
  public static List<Integer> some(RecordingDevice recording, int most) {
    return some(recording, most, new Random());
  }

  /** Up to {@code most} of them, with the end among them, in order. */
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
