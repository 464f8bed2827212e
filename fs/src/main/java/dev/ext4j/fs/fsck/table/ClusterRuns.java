package dev.ext4j.fs.fsck.table;

/**
 * The clusters of a group that are in a set, as runs. A run is a pair: its first cluster and the
 * cluster after its last one. Runs are sorted and do not touch each other. An array of runs never
 * changes, so that threads may share it. To add a run, a new array is created.
 */
final class ClusterRuns {
  private ClusterRuns() {}

  /** Returns an array with one run. */
  static int[] of(int from, int end) {
    return new int[] {from, end};
  }

  /**
   * Returns the array index of the first run that contains a cluster, ends directly before it, or
   * lies after it. Returns the length of the array if there is no such run.
   */
  private static int firstReaching(int[] runs, int from) {
    int last = runs.length - 2;
    if (runs[last + 1] < from) {
      return runs.length; // clusters are mostly added in order
    }
    int at = 0;
    while (runs[at + 1] < from) {
      at += 2;
    }
    return at;
  }

  /**
   * Returns the runs with clusters {@code [from, end)} added. Returns the same array if it contains
   * all of these clusters already.
   */
  static int[] with(int[] runs, int from, int end) {
    int first = firstReaching(runs, from);
    int behind = first;
    int newFrom = from;
    int newEnd = end;
    while (behind < runs.length && runs[behind] <= end) {
      newFrom = Math.min(newFrom, runs[behind]);
      newEnd = Math.max(newEnd, runs[behind + 1]);
      behind += 2;
    }
    if (behind == first + 2 && newFrom == runs[first] && newEnd == runs[first + 1]) {
      return runs;
    }
    int[] result = new int[runs.length - (behind - first) + 2];
    System.arraycopy(runs, 0, result, 0, first);
    result[first] = newFrom;
    result[first + 1] = newEnd;
    System.arraycopy(runs, behind, result, first + 2, runs.length - behind);
    return result;
  }

  /** Returns the number of clusters {@code [from, end)} that are in the runs. */
  static int countIn(int[] runs, int from, int end) {
    int count = 0;
    for (int at = 0; at < runs.length && runs[at] < end; at += 2) {
      count += Math.max(0, Math.min(end, runs[at + 1]) - Math.max(from, runs[at]));
    }
    return count;
  }

  /** Returns clusters {@code [64 * index, 64 * index + 64)}, one bit each. */
  static long word(int[] runs, int index) {
    int start = index << 6;
    long word = 0;
    for (int at = 0; at < runs.length && runs[at] < start + Long.SIZE; at += 2) {
      int from = Math.max(0, runs[at] - start);
      int end = Math.min(Long.SIZE, runs[at + 1] - start);
      if (from < end) {
        word |= -1L << from & -1L >>> -end;
      }
    }
    return word;
  }

  /** Sets the bit of each cluster. */
  static void fill(int[] runs, long[] words) {
    for (int at = 0; at < runs.length; at += 2) {
      Bitmap.set(words, runs[at], runs[at + 1]);
    }
  }
}
