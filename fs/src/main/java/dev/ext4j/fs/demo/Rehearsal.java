package dev.ext4j.fs.demo;

import dev.ext4j.fs.demo.RaceReport.Actor;
import dev.ext4j.fs.demo.RaceReport.Step;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.SyncPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A set of threads that stop at chosen sync points until they are released. This class also records
 * the sync points that the threads have reached.
 */
final class Rehearsal implements SyncPoint.Listener, AutoCloseable {
  private static final long SECONDS = 60;

  private final Laboratory laboratory;
  private final Map<SyncPoint, String> told = new EnumMap<>(SyncPoint.class);
  private final Map<SyncPoint, Stop> stops = new EnumMap<>(SyncPoint.class);
  private final List<Step> steps = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Throwable failure;

  Rehearsal(Laboratory laboratory) {
    this.laboratory = laboratory;
  }

  /** A sync point at which the first thread that reaches it waits. */
  static final class Stop {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Blocks until a thread has reached the sync point, for at most 60 seconds. */
    void await() throws IOException {
      Rehearsal.await(reached);
    }

    /** Lets the waiting thread proceed. */
    void release() {
      released.countDown();
    }
  }

  /** The work of one thread. */
  interface Part {
    void play() throws IOException;
  }

  /** Sets the text for a sync point. Sync points without a text are not recorded. */
  void describe(SyncPoint point, String text) {
    told.put(point, text);
  }

  /** Makes the first thread that reaches a sync point wait there. */
  Stop stopAt(SyncPoint point) {
    Stop stop = new Stop();
    stops.put(point, stop);
    return stop;
  }

  void begin() {
    laboratory.stopAt(this);
  }

  Thread start(Actor actor, Part part) {
    Thread thread = new Thread(() -> play(part), actor.name());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
    return thread;
  }

  private void play(Part part) {
    try {
      part.play();
    } catch (IOException | RuntimeException | Error e) {
      synchronized (this) {
        failure = e;
      }
      stops.values().forEach(stop -> stop.reached.countDown());
    }
  }

  @Override
  public void reached(SyncPoint point, long inodeNumber, long detail) {
    String text = told.get(point);
    Actor actor = actor(Thread.currentThread().getName());
    if (actor == null) {
      return;
    }
    if (text != null) {
      synchronized (this) {
        steps.add(new Step(actor, point.toString(), text));
      }
    }
    Stop stop = stops.get(point);
    if (stop != null && stop.reached.getCount() > 0) {
      stop.reached.countDown();
      try {
        await(stop.released);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static @Nullable Actor actor(String name) {
    for (Actor actor : Actor.values()) {
      if (actor.name().equals(name)) {
        return actor;
      }
    }
    return null;
  }

  synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  /**
   * Blocks until a thread has ended, for at most 60 seconds.
   *
   * @throws IOException if a thread has failed, or if the wait is interrupted
   */
  void join(Thread thread) throws IOException {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    synchronized (this) {
      if (failure != null) {
        throw new IOException("a thread has failed", failure);
      }
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no thread has reached the sync point in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    laboratory.stopAt(null);
    stops.values().forEach(Stop::release);
  }
}
