package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The threads of a test, each of which must end. A wait of two minutes counts as a deadlock. */
final class Threads implements AutoCloseable {
  private static final int SECONDS = 120;

  private final List<Job> jobs = new ArrayList<>();

  /** The work of a thread. */
  interface Work {
    void run() throws Exception;
  }

  /** A thread at work. */
  static final class Job {
    private final FutureTask<Boolean> task;
    private final Thread thread;

    private Job(Work work) {
      task =
          new FutureTask<>(
              () -> {
                work.run();
                return true;
              });
      thread = new Thread(task);
      thread.setDaemon(true);
    }

    /** Waits until the thread waits for a lock or a monitor. Fails if it ends first. */
    void awaitWaiting() throws InterruptedException {
      for (int i = 0; i < SECONDS * 1000 && thread.getState() != Thread.State.WAITING; i++) {
        assertThat(task.isDone()).as("ended instead of waiting").isFalse();
        Thread.sleep(1);
      }
      assertThat(thread.getState()).isEqualTo(Thread.State.WAITING);
    }

    boolean isCurrent() {
      return Thread.currentThread() == thread;
    }

    boolean hasEnded() {
      return task.isDone();
    }

    /** Waits until the thread ends, and throws the exception that it threw. */
    void join() throws Exception {
      try {
        assertThat(task.get(SECONDS, TimeUnit.SECONDS)).isTrue();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw new AssertionError(e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError(
            "a thread waits for ever at " + List.of(thread.getStackTrace()), e);
      }
    }
  }

  Job start(Work work) {
    Job job = new Job(work);
    jobs.add(job);
    job.thread.start();
    return job;
  }

  @Override
  public void close() throws IOException {
    for (Job job : jobs) {
      job.thread.interrupt();
    }
  }
}
