package dev.ext4j.testimages;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The resources that the tests of this JVM have outside of it: mounts, loop devices and folders.
 * Those that still exist when the JVM ends normally or by SIGTERM are cleaned up, the newest first.
 * A JVM that is ended by SIGKILL does not clean them up.
 */
final class Leftovers {
  private static final Deque<Entry> ENTRIES = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::cleanUpAll, "test leftovers"));
  }

  private Leftovers() {}

  /** The action that removes a resource. */
  @FunctionalInterface
  interface CleanUp {
    void run() throws IOException;
  }

  /** A resource that is to be removed once. */
  static final class Entry {
    private final CleanUp action;

    private Entry(CleanUp action) {
      this.action = action;
    }

    /** Removes the resource, unless it was removed before. */
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
