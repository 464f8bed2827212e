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

  private void work() {
    while (awaitWork()) {
      cache.writeSome();
    }
  }

  private synchronized boolean awaitWork() {
    try {
      while (!wanted && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      return false;
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
