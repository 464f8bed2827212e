package dev.ext4j.fs.alloc;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Room behind the last blocks of files that are being appended to, which others pass over while
 * there is other space: files that are written in turns do not interleave. A window grows with its
 * file. In memory only; nothing on disk knows of it. A stream may end while somebody else looks for
 * space.
 */
final class StreamWindows {
  private static final int MOST_STREAMS = 64;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 2048;

  private final Map<Long, Window> byStream = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Clusters of one group, counted in it; empty for a file that has been seen once only. It should
   * be as large as is wanted; a group that ends cuts it short.
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

  /** A file was given clusters: room behind them is its own, if this is not the first time. */
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

  /** Whether any file has a window. */
  synchronized boolean isEmpty() {
    return byStream.isEmpty();
  }

  synchronized void drop(long stream) {
    byStream.remove(stream);
  }

  synchronized void dropAll() {
    byStream.clear();
  }

  /** The cluster behind the other files' windows that hold a cluster; itself if none does. */
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

  /** Where the first window of another file begins in {@code (first, end)}; {@code end} if none. */
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
