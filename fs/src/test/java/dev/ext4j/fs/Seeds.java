package dev.ext4j.fs;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * The seeds of a random test: some that never change, and one that is new in each run. They are
 * parameters of the tests, so that the name of a failed test tells its seed. The system property
 * {@code ext4j.seeds} multiplies them, {@code ext4j.seed} asks for a single one.
 */
public final class Seeds {
  private static final long NEW = new Random().nextInt(1_000_000) + 1000L;

  private Seeds() {}

  /** {@code count} fixed seeds, times {@code ext4j.seeds}, and a new one. */
  public static LongStream of(int count) {
    Long single = Long.getLong("ext4j.seed");
    if (single != null) {
      return LongStream.of(single);
    }
    int times = Integer.getInteger("ext4j.seeds", 1);
    LongStream fixed = LongStream.rangeClosed(1, (long) count * times);
    return LongStream.concat(fixed, LongStream.range(NEW, NEW + times));
  }

  /**
   * One seed for each of many kinds that take long: for every second one that which never changes,
   * for the others the new one, and in the next run maybe the other way round. All of {@code of(1)}
   * where {@code ext4j.seeds} asks for more.
   *
   * @param turn the number of the kind among all
   */
  public static LongStream inTurn(int turn) {
    if (Long.getLong("ext4j.seed") != null || Integer.getInteger("ext4j.seeds", 1) > 1) {
      return of(1);
    }
    return LongStream.of((turn + NEW) % 2 == 0 ? 1 : NEW);
  }
}
