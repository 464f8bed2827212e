package dev.ext4j.fs.alloc;

import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.journal.FreedSpace;
import org.jspecify.annotations.Nullable;

/** The free clusters of one group that a request may have, a 64-bit word at a time. */
final class FreeRuns {
  /** Of two words that follow each other the end of one and the beginning of the other. */
  private static final int LONGEST_WITHOUT_WORD = 2 * 63;

  private final BlockBitmap bitmap;
  private final FreedSpace.@Nullable Group kept;
  private final int clustersInGroup;
  private final int clusterCount;
  private int longest;
  private int longestForStream;

  /**
   * The free clusters of a group.
   *
   * @param kept clusters that look free but must not be given out yet
   * @param clustersInGroup how many there are
   * @param clusterCount how many of them, from the first on, a request may have
   */
  FreeRuns(
      BlockBitmap bitmap, FreedSpace.@Nullable Group kept, int clustersInGroup, int clusterCount) {
    this.bitmap = bitmap;
    this.kept = kept;
    this.clustersInGroup = clustersInGroup;
    this.clusterCount = clusterCount;
  }

  /** The first free cluster of {@code [from, end)}, {@code end} if there is none. */
  int nextFree(int from, int end) {
    int at = from;
    while (at < end) {
      long free = ~taken(at >> 6) & -1L << at;
      if (free != 0) {
        return Math.min(end, (at & ~63) + Long.numberOfTrailingZeros(free));
      }
      at = (at | 63) + 1;
    }
    return end;
  }

  /** The first cluster of {@code [from, end)} that is not free, {@code end} if there is none. */
  int nextTaken(int from, int end) {
    int at = from;
    while (at < end) {
      long taken = taken(at >> 6) & -1L << at;
      if (taken != 0) {
        return Math.min(end, (at & ~63) + Long.numberOfTrailingZeros(taken));
      }
      at = (at | 63) + 1;
    }
    return end;
  }

  private long taken(int word) {
    FreedSpace.Group also = kept;
    long taken = bitmap.word(word);
    return also == null ? taken : taken | also.word(word);
  }

  /**
   * Where a run of free clusters begins that is long enough; -1 if there is none. Looks at {@code
   * [from, end)} first, then at what lies before. {@link #longest} is known afterwards.
   */
  int find(int from, int wanted, StreamWindows windows, long stream, int group) {
    if (wanted > LONGEST_WITHOUT_WORD && !hasFreeWord()) {
      longest = Math.max(longest, LONGEST_WITHOUT_WORD);
      longestForStream = Math.max(longestForStream, LONGEST_WITHOUT_WORD);
      return -1;
    }
    int found = findIn(from, clusterCount, wanted, windows, stream, group);
    if (found < 0 && from > 0) {
      found = findIn(0, Math.min(clusterCount, from + wanted), wanted, windows, stream, group);
    }
    return found;
  }

  /** Where space is scattered, one look at each word saves one at each of very many runs. */
  private boolean hasFreeWord() {
    for (int word = 0; word << 6 < clusterCount; word++) {
      if (taken(word) == 0) {
        return true;
      }
    }
    return false;
  }

  private int findIn(int from, int end, int wanted, StreamWindows windows, long stream, int group) {
    int at = from;
    while (at < end) {
      int start = nextFree(at, end);
      if (start >= end) {
        return -1;
      }
      int stop = nextTaken(start, end);
      longest = Math.max(longest, stop - start);
      while (start < stop) {
        int clear = windows.isEmpty() ? start : windows.passOver(stream, group, start);
        int border = windows.isEmpty() ? stop : windows.nextBorder(stream, group, clear, stop);
        if (clear < stop) {
          longestForStream = Math.max(longestForStream, border - clear);
          if (border - clear >= wanted) {
            return clear;
          }
        }
        start = Math.max(border, clear + 1);
      }
      at = stop;
    }
    return -1;
  }

  /** Whether every cluster that is free in the bitmap may be had. */
  boolean isComplete() {
    return kept == null && clusterCount == clustersInGroup;
  }

  /** No free run seen so far is longer. */
  int longest() {
    return longest;
  }

  /** No run seen so far is longer that is no window of another stream. */
  int longestForStream() {
    return longestForStream;
  }
}
