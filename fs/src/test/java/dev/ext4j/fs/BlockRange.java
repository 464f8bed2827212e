package dev.ext4j.fs;

/**
 * A run of consecutive blocks, never empty.
 *
 * @param start the number of the first block
 * @param count the number of blocks, at least 1
 */
public record BlockRange(long start, long count) {
  /** Checks the bounds. */
  public BlockRange {
    if (start < 0 || count < 1 || start > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException("not a range of blocks: " + start + " + " + count);
    }
  }

  /** Returns the number of the block after the last one. */
  public long end() {
    return start + count;
  }
}
