package dev.ext4j.cli.image;

import java.util.HashMap;
import java.util.Map;

/**
 * A set of inode numbers that takes one bit for each number. It is small if the numbers are close
 * together.
 */
final class InodeSet {
  private static final int WORDS = 64;
  private static final int CHUNK_SHIFT = 12; // 64 words of 64 bits

  private final Map<Long, long[]> chunks = new HashMap<>();

  /** Adds a number, and returns false if the set contained it already. */
  boolean add(long inodeNumber) {
    long key = inodeNumber >>> CHUNK_SHIFT;
    long[] chunk = chunks.get(key);
    if (chunk == null) {
      chunk = new long[WORDS];
      chunks.put(key, chunk);
    }
    int word = (int) ((inodeNumber >>> 6) & (WORDS - 1));
    long bit = 1L << (inodeNumber & 63);
    boolean isNew = (chunk[word] & bit) == 0;
    chunk[word] |= bit;
    return isNew;
  }
}
