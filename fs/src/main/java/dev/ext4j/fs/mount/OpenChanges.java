package dev.ext4j.fs.mount;

/** Counts the changes under way, so that closing can wait until they have ended. */
final class OpenChanges {
  private int count;
  private boolean closed;

  /** A change begins; false if it comes too late. */
  synchronized boolean begin() {
    if (closed) {
      return false;
    }
    count++;
    return true;
  }

  /** A change has ended. */
  synchronized void end() {
    count--;
    notifyAll();
  }

  /** Lets no more changes begin and waits for the last one; false if that was done before. */
  synchronized boolean close() {
    if (closed) {
      return false;
    }
    closed = true;
    boolean interrupted = false;
    while (count > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // what is under way must end all the same
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
