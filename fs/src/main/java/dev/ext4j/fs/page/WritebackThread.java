package dev.ext4j.fs.page;

import org.jspecify.annotations.Nullable;

/** Writes dirty pages while others go on; begins to exist when there is something to do. */
final class WritebackThread {
  private final PageCache cache;
  private @Nullable Thread thread;
  private boolean wanted;
  private boolean ended;

  WritebackThread(PageCache cache) {
    this.cache = cache;
  }

  /** Much is dirty. */
  synchronized void wake() {
    if (ended) {
      return;
    }
    wanted = true;
    if (thread == null) {
      thread = new Thread(this::work, "ext4j writeback");
      thread.setDaemon(true);
      thread.start();
    } else {
      notifyAll();
    }
  }

  /** Whatever ends the thread, be it a lack of memory: the next wake begins another one. */
  private void work() {
    try {
      while (awaitWork()) {
        cache.writeSome();
      }
    } finally {
      synchronized (this) {
        if (thread == Thread.currentThread()) {
          thread = null;
        }
      }
    }
  }

  private synchronized boolean awaitWork() {
    while (!wanted && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        // nobody has a reason to: it goes on
      }
    }
    wanted = false;
    return !ended;
  }

  /** Waits for what it does, and ends it. */
  void end() {
    Thread working;
    synchronized (this) {
      ended = true;
      working = thread;
      notifyAll();
    }
    if (working != null) {
      boolean interrupted = false;
      while (working.isAlive()) {
        try {
          working.join();
        } catch (InterruptedException e) {
          interrupted = true; // it must not write after this
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
