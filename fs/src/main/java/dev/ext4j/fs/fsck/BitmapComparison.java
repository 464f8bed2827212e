package dev.ext4j.fs.fsck;

import java.nio.ByteBuffer;

/** A bitmap on disk against one that was computed, a word at a time. */
final class BitmapComparison {
  /** A computed bitmap. */
  interface Computed {
    /** 64 bits from {@code 64 * index} on. */
    long word(int index);
  }

  /** Is told of runs of bits. */
  interface Runs {
    /** A run. */
    void run(int from, int count);
  }

  private final ByteBuffer onDisk;
  private final int bits;
  private final Computed computed;

  BitmapComparison(ByteBuffer onDisk, int bits, Computed computed) {
    this.onDisk = onDisk;
    this.bits = bits;
    this.computed = computed;
  }

  /** Shows the bits that should be set and are not; gives whether there are any. */
  boolean missing(Runs runs) {
    return walk(false, runs);
  }

  /** Shows the bits that are set and should not be; gives whether there are any. */
  boolean surplus(Runs runs) {
    return walk(true, runs);
  }

  private boolean walk(boolean surplus, Runs runs) {
    boolean any = false;
    int start = -1;
    for (int at = 0; at < bits; at += Long.SIZE) {
      long disk = onDisk.getLong(at >> 3);
      long should = computed.word(at >> 6);
      long wrong = surplus ? disk & ~should : should & ~disk;
      if (bits - at < Long.SIZE) {
        wrong &= (1L << (bits - at)) - 1;
      }
      if (wrong == 0 && start < 0) {
        continue;
      }
      for (int bit = 0; bit < Long.SIZE; bit++) {
        boolean set = (wrong & 1L << bit) != 0;
        if (set && start < 0) {
          start = at + bit;
        } else if (!set && start >= 0) {
          runs.run(start, at + bit - start);
          any = true;
          start = -1;
        }
      }
    }
    if (start >= 0) {
      runs.run(start, bits - start);
      any = true;
    }
    return any;
  }
}
