package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.SyncPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Stops for threads at sync points, so that other threads can run in between. */
final class Stops implements SyncPoint.Listener, AutoCloseable {
  /** The message of the exception that {@link #failAt} throws. */
  static final String FAILURE = "made to fail";

  private static final long SECONDS = 30;

  private final Laboratory lab;
  private final List<Stop> stops = new ArrayList<>();

  Stops(Laboratory lab) {
    this.lab = lab;
    lab.stopAt(this);
  }

  /** A stop for the first thread that comes to a sync point, until the stop is released. */
  static final class Stop {
    private final SyncPoint point;
    private @Nullable Throwable failure;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Stop(SyncPoint point) {
      this.point = point;
    }

    /** Waits until a thread has stopped there. */
    Stop await() throws InterruptedException {
      assertThat(reached.await(SECONDS, TimeUnit.SECONDS)).as("%s is reached", point).isTrue();
      return this;
    }

    boolean isReached() {
      return reached.getCount() == 0;
    }

    void release() {
      released.countDown();
    }
  }

  /** Stops the next thread that comes to a sync point. */
  synchronized Stop at(SyncPoint point) {
    Stop stop = new Stop(point);
    stops.add(stop);
    return stop;
  }

  /** Notes whether a thread has come to a sync point, without stopping it. */
  synchronized Stop note(SyncPoint point) {
    Stop stop = at(point);
    stop.release();
    return stop;
  }

  /** Makes the next thread that comes to a sync point fail there. */
  synchronized void failAt(SyncPoint point) {
    failAt(point, new IllegalStateException(FAILURE));
  }

  /** Makes the next thread fail with the given failure, which may be a checked exception. */
  synchronized void failAt(SyncPoint point, Throwable failure) {
    note(point).failure = failure;
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> void failWith(Throwable failure) throws X {
    throw (X) failure;
  }

  @Override
  public void reached(SyncPoint point, long inodeNumber, long detail) {
    for (Stop stop : matching(point)) {
      if (stop.taken.compareAndSet(false, true)) {
        stop.reached.countDown();
        try {
          assertThat(stop.released.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        Throwable failure = stop.failure;
        if (failure != null) {
          Stops.<RuntimeException>failWith(failure);
        }
        return;
      }
    }
  }

  private synchronized List<Stop> matching(SyncPoint point) {
    return stops.stream().filter(stop -> stop.point == point).toList();
  }

  @Override
  public void close() {
    lab.stopAt(null);
    for (Stop stop : stops) {
      stop.release();
    }
  }
}
