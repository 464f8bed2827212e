package dev.ext4j.testimages;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps open files of one thread out of the programs that other threads start. A child process
 * shares all open files of the JVM until it executes its program. While it does, a file that is
 * deleted in a mounted image is not freed, but goes to the list of orphans.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fork.2.html">fork(2)</a>
 */
public final class ForkGate {
  private static final ReentrantReadWriteLock STARTS = new ReentrantReadWriteLock(true);

  private ForkGate() {}

  /** Work that opens and closes files. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  /**
   * Runs {@code work} while no thread starts a program through {@link ExternalTool}. The work
   * itself must not start one, and must close each file that it opens.
   */
  public static void withoutStarts(Work work) throws IOException {
    STARTS.writeLock().lock();
    try {
      work.run();
    } finally {
      STARTS.writeLock().unlock();
    }
  }

  /**
   * Starts a program. When the method returns, the child has executed its program, and shares no
   * open file of the JVM any more.
   *
   * @throws IllegalStateException if the caller is in {@link #withoutStarts}
   */
  static Process start(ProcessBuilder builder) throws IOException {
    if (STARTS.isWriteLockedByCurrentThread()) {
      throw new IllegalStateException("a program is started by work that holds files open");
    }
    STARTS.readLock().lock();
    try {
      return builder.start();
    } finally {
      STARTS.readLock().unlock();
    }
  }
}
