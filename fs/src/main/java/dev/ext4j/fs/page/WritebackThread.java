package dev.ext4j.fs.page;

import dev.ext4j.fs.lock.Uninterruptibly;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes dirty pages in the background. It is started when there is work for the
 * first time.
 */
final class WritebackThread {
  private final PageCache cache;
  private @Nullable Thread thread;
  private boolean wanted;
  private boolean ended;

  WritebackThread(PageCache cache) {
    this.cache = cache;
  }

  /** Requests a write of dirty pages, and does not wait for it. */
  synchronized void wake() {
    if (ended) {
      return;
    }
    wanted = true;
    if (thread == null) {
      Thread next = new Thread(this::work, "ext4j writeback");
      next.setDaemon(true);
      next.start(); // may throw
      thread = next;
    } else {
      notifyAll();
    }
  }

  /**
   * Writes until {@link #end}. If an error ends the thread early, for example a lack of memory, a
   * new thread replaces it. The new thread starts at once if work is requested already. Otherwise
   * it starts at the next call of {@link #wake}.
   */
  private void work() {
    try {
      while (awaitWork()) {
        cache.writeSome();
      }
    } finally {
      synchronized (this) {
        if (thread == Thread.currentThread()) {
          thread = null;
          if (wanted) {
            wake();
          }
        }
      }
    }
  }

  private synchronized boolean awaitWork() {
    while (!wanted && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        // no caller interrupts this thread to end it
      }
    }
    wanted = false;
    return !ended;
  }

  /** Ends the thread. Blocks until it has written its last page. */
  void end() {
    Thread working;
    synchronized (this) {
      ended = true;
      working = thread;
      notifyAll();
    }
    if (working != null) {
      Uninterruptibly.join(working); // the thread must not write after this method
    }
  }
}
