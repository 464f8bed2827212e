package dev.ext4j.fs;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * The seeds of a random test: some are fixed, and some are new in each run. They are parameters of
 * the tests, so that the name of a failed test shows its seed. The system property {@code
 * ext4j.seeds} multiplies their number; {@code ext4j.seed} selects a single one.
 */
public final class Seeds {
  private static final long NEW = new Random().nextInt(1_000_000) + 1000L;

  private Seeds() {}

  /**
   * Returns {@code count} fixed seeds and one new seed, each number multiplied by {@code
   * ext4j.seeds}, or only the seed {@code ext4j.seed}.
   */
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
   * Returns one seed for one of many kinds of images that take long. Every second kind gets the
   * fixed seed and the others get the new one; the next run may swap them. Returns {@code of(1)}
   * instead if {@code ext4j.seed} is set or {@code ext4j.seeds} is above 1.
   *
   * @param turn the index of the kind among all kinds
   */
  public static LongStream inTurn(int turn) {
    if (Long.getLong("ext4j.seed") != null || Integer.getInteger("ext4j.seeds", 1) > 1) {
      return of(1);
    }
    return LongStream.of((turn + NEW) % 2 == 0 ? 1 : NEW);
  }
}
