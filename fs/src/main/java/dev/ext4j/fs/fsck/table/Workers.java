package dev.ext4j.fs.fsck.table;

import dev.ext4j.fs.lock.Uninterruptibly;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A runner that runs work on several threads and waits for the end of all of them. One of them is
 * the thread of the caller.
 */
public final class Workers {
  /** The work of one thread. */
  public interface Work {
    void run() throws IOException;
  }

  private Workers() {}

  /**
   * Runs the same work on a number of threads at once. The work itself distributes its pieces to
   * the threads.
   */
  public static void run(int threads, Work work) throws IOException {
    run(Collections.nCopies(threads, work));
  }

  /** Runs all works at once. The first failure is thrown when all works have ended. */
  public static void run(List<? extends Work> works) throws IOException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Work work : works.subList(1, works.size())) {
      Thread thread = new Thread(() -> guarded(work, failure), "fsck");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    guarded(works.get(0), failure);
    for (Thread thread : threads) {
      Uninterruptibly.join(thread); // this method must not return while the thread still reads
    }
    Throwable first = failure.get();
    if (first instanceof IOException e) {
      throw e;
    }
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }

  private static void guarded(Work work, AtomicReference<@Nullable Throwable> failure) {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }
}
