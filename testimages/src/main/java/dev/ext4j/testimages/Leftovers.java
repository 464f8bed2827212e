package dev.ext4j.testimages;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the tests of this JVM have outside of it: mounts, loop devices, folders. Whatever is still
 * there when the JVM ends in an orderly way, SIGTERM included, is cleaned up, newest first. A JVM
 * ended by SIGKILL leaves them behind.
 */
final class Leftovers {
  private static final Deque<Entry> ENTRIES = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::cleanUpAll, "test leftovers"));
  }

  private Leftovers() {}

  /** What it takes to be rid of something. */
  @FunctionalInterface
  interface CleanUp {
    void run() throws IOException;
  }

  /** Something that has to go, once. */
  static final class Entry {
    private final CleanUp action;

    private Entry(CleanUp action) {
      this.action = action;
    }

    /** Does it, unless it was done. */
    void cleanUp() throws IOException {
      synchronized (ENTRIES) {
        if (!ENTRIES.remove(this)) {
          return;
        }
      }
      action.run();
    }
  }

  static Entry add(CleanUp action) {
    Entry entry = new Entry(action);
    synchronized (ENTRIES) {
      ENTRIES.push(entry);
    }
    return entry;
  }

  private static void cleanUpAll() {
    while (true) {
      Entry next;
      synchronized (ENTRIES) {
        next = ENTRIES.peek();
      }
      if (next == null) {
        return;
      }
      try {
        next.cleanUp();
      } catch (IOException | RuntimeException e) {
        System.err.println("a test has left something behind: " + e);
      }
    }
  }
}
