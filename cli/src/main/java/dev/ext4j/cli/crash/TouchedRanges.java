package dev.ext4j.cli.crash;

import java.util.Map;
import java.util.TreeMap;

/** The ranges of a disk that may have changed. All bytes outside of them are unchanged. */
final class TouchedRanges {
  /**
   * The end of each range by its start. The ranges do not overlap, and there are unchanged bytes
   * between them.
   */
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  /**
   * Returns all ranges that a log changes, with offsets relative to {@code startByte} of the disk.
   */
  static TouchedRanges of(WriteLog log, long startByte) {
    TouchedRanges ranges = new TouchedRanges();
    for (int entry = 0; entry < log.size(); entry++) {
      if (log.byteCount(entry) > 0) {
        long from = log.byteOffset(entry) - startByte;
        ranges.add(from, from + log.byteCount(entry));
      }
    }
    return ranges;
  }

  private void add(long from, long to) {
    long start = from;
    long end = to;
    Map.Entry<Long, Long> before = ends.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    Map.Entry<Long, Long> next = ends.ceilingEntry(start);
    while (next != null && next.getKey() <= end) {
      end = Math.max(end, next.getValue());
      ends.remove(next.getKey());
      next = ends.ceilingEntry(start);
    }
    ends.put(start, end);
  }

  /** Returns the number of consecutive unchanged bytes that start at an offset. */
  long untouchedFrom(long byteOffset) {
    Map.Entry<Long, Long> at = ends.floorEntry(byteOffset);
    if (at != null && at.getValue() > byteOffset) {
      return 0;
    }
    Long next = ends.ceilingKey(byteOffset);
    return next == null ? Long.MAX_VALUE : next - byteOffset;
  }
}
