package dev.ext4j.fs.alloc;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The windows after the last blocks of files that are being appended to. Other files do not use a
 * window while there is other space, so that the blocks of files that are written alternately do
 * not interleave. A window grows with its file. Windows exist in memory only, not on disk. The
 * methods are synchronised, because a stream may end while another thread searches for space.
 */
final class StreamWindows {
  private static final int MOST_STREAMS = 64;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 2048;

  private final Map<Long, Window> byStream = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A range of clusters of one group, numbered within it. It is empty for a file that has allocated
   * only once. It ends at the end of its group, even if this makes it smaller than wanted.
   */
  private static final class Window {
    private int group;
    private int first;
    private int end;
    private int wanted;

    int size() {
      return end - first;
    }
  }

  /**
   * Records an allocation for a file. Starting at the second allocation, the clusters after the
   * allocated ones become the window of the file.
   */
  synchronized void taken(long stream, int group, int first, int count, int clusterCount) {
    Window window = byStream.get(stream);
    if (window == null) {
      window = new Window();
      byStream.put(stream, window);
      if (byStream.size() > MOST_STREAMS) {
        byStream.remove(byStream.keySet().iterator().next());
      }
    } else {
      window.wanted = Math.min(LARGEST, Math.max(SMALLEST, 2 * window.wanted));
    }
    window.group = group;
    window.first = first + count;
    window.end = Math.min(clusterCount, window.first + window.wanted);
  }

  /** Returns whether there are no windows. */
  synchronized boolean isEmpty() {
    return byStream.isEmpty();
  }

  synchronized void drop(long stream) {
    byStream.remove(stream);
  }

  synchronized void dropAll() {
    byStream.clear();
  }

  /**
   * Returns the given cluster if no window of another file contains it. Otherwise returns the first
   * cluster after it that is in no such window.
   */
  synchronized int passOver(long stream, int group, int cluster) {
    int at = cluster;
    for (boolean moved = true; moved; ) {
      moved = false;
      for (Map.Entry<Long, Window> entry : byStream.entrySet()) {
        Window window = entry.getValue();
        if (entry.getKey() != stream
            && window.group == group
            && at >= window.first
            && at < window.end) {
          at = window.end;
          moved = true;
        }
      }
    }
    return at;
  }

  /**
   * Returns the start of the first window of another file in {@code (first, end)}; {@code end} if
   * there is none.
   */
  synchronized int nextBorder(long stream, int group, int first, int end) {
    int border = end;
    for (Map.Entry<Long, Window> entry : byStream.entrySet()) {
      Window window = entry.getValue();
      if (entry.getKey() != stream
          && window.group == group
          && window.size() > 0
          && window.first > first) {
        border = Math.min(border, window.first);
      }
    }
    return border;
  }
}
