package dev.ext4j.fs.alloc;

import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.journal.FreedSpace;
import org.jspecify.annotations.Nullable;

/** The free clusters of one group that a request may use, read as 64-bit words. */
final class FreeRuns {
  /**
   * The length of the longest free run that contains no completely free word. Such a run consists
   * of the end of one word and the beginning of the next word.
   */
  private static final int LONGEST_WITHOUT_WORD = 2 * 63;

  private final BlockBitmap bitmap;
  private final FreedSpace.@Nullable Group kept;
  private final int clustersInGroup;
  private final int clusterCount;
  private int longest;
  private int longestForStream;

  /**
   * Creates a view of the free clusters of a group.
   *
   * @param kept clusters that are free in the bitmap but must not be allocated yet
   * @param clustersInGroup number of clusters in the group
   * @param clusterCount number of clusters, starting at the first one, that a request may use
   */
  FreeRuns(
      BlockBitmap bitmap, FreedSpace.@Nullable Group kept, int clustersInGroup, int clusterCount) {
    this.bitmap = bitmap;
    this.kept = kept;
    this.clustersInGroup = clustersInGroup;
    this.clusterCount = clusterCount;
  }

  /** Returns the first free cluster of {@code [from, end)}, or {@code end} if there is none. */
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

  /**
   * Returns the first cluster of {@code [from, end)} that is not free, or {@code end} if there is
   * none.
   */
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
   * Returns the start of a run of free clusters that is long enough, or -1 if there is none. The
   * search starts at {@code from} and continues with the clusters below it. Afterwards {@link
   * #longest} and {@link #longestForStream} also cover the runs that this search has seen.
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

  /**
   * Returns whether a word is completely free. If free space is scattered, checking each word once
   * is faster than checking each of very many runs.
   */
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

  /** Returns whether the request may use every cluster that is free in the bitmap. */
  boolean isComplete() {
    return kept == null && clusterCount == clustersInGroup;
  }

  /** Returns an upper bound of the length of the free runs seen so far. */
  int longest() {
    return longest;
  }

  /**
   * Returns an upper bound of the length of the free runs seen so far that are outside of the
   * windows of other streams.
   */
  int longestForStream() {
    return longestForStream;
  }
}
