package dev.ext4j.fs.mount;

import dev.ext4j.fs.lock.Uninterruptibly;

/** A counter of the changes under way. {@link #close} blocks until the count is zero. */
final class OpenChanges {
  private int count;
  private boolean closed;

  /**
   * Counts a change that begins.
   *
   * @return false if the file system has been closed and the change must not begin
   */
  synchronized boolean begin() {
    if (closed) {
      return false;
    }
    count++;
    return true;
  }

  /** Counts a change that has ended. */
  synchronized void end() {
    count--;
    notifyAll();
  }

  /**
   * Refuses all further changes, and blocks until the last change under way has ended.
   *
   * @return false if this method was called before
   */
  synchronized boolean close() {
    if (closed) {
      return false;
    }
    closed = true;
    Uninterruptibly.await(this, () -> count <= 0);
    return true;
  }
}
