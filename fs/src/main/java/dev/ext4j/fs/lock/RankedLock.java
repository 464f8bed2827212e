package dev.ext4j.fs.lock;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.probe.Trace;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A read/write lock with a rank in the lock order. It is a bug if a thread tries to take a lock
 * that does not come after all held locks in this order. The attempt throws {@link
 * ProtocolException} before the thread blocks.
 */
public final class RankedLock implements HeldLocks.Lock {
  /**
   * The largest number of times that {@link Held#giveWay} parks, each time for {@link #LOOK_NANOS}.
   */
  private static final int LOOKS = 20;

  private static final long LOOK_NANOS = 50_000;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final LockOrder order;
  private final Rank rank;
  private final long inodeNumber;
  private final String name;

  RankedLock(LockOrder order, Rank rank, long inodeNumber, String name) {
    this.order = order;
    this.rank = rank;
    this.inodeNumber = inodeNumber;
    this.name = name;
  }

  /** The hold of a thread on the lock. Closing it releases the lock. */
  public final class Held implements AutoCloseable {
    private final boolean exclusive;

    private Held(boolean exclusive) {
      this.exclusive = exclusive;
    }

    /**
     * Releases the lock in the middle of an operation, runs {@code interlude}, and takes the lock
     * again. Other threads can take the lock in between. Therefore everything that was read under
     * the lock is invalid afterwards.
     *
     * @throws ProtocolException if a lock was taken after this one and is still held
     */
    public <X extends Exception> void droppedDuring(Interlude<X> interlude) throws X {
      if (!HeldLocks.mine().isInnermost(RankedLock.this)) {
        throw new ProtocolException(RankedLock.this + " is not the innermost lock held");
      }
      release(exclusive);
      try {
        interlude.run();
      } finally {
        acquire(exclusive);
      }
    }

    /**
     * Same as {@link #droppedDuring}, but instead of an action there is a short wait, in which a
     * waiting thread can take the lock.
     */
    public void giveWay() {
      // The lock is not fair. If this thread took it again at once, it would get it before a
      // waiting thread is awake.
      droppedDuring(
          () -> {
            boolean interrupted = Thread.interrupted(); // an interrupted thread does not park
            int looks = 0;
            do {
              LockSupport.parkNanos(LOOK_NANOS);
            } while (++looks < LOOKS && isAwaited());
            if (interrupted) {
              Thread.currentThread().interrupt();
            }
          });
    }

    @Override
    public void close() {
      release(exclusive);
    }
  }

  /** An action that runs while a lock is released. */
  @FunctionalInterface
  public interface Interlude<X extends Exception> {
    /** Runs the action. */
    void run() throws X;
  }

  private void acquire(boolean exclusive) {
    HeldLocks mine = HeldLocks.mine();
    mine.await(this);
    if (exclusive) {
      lock.writeLock().lock();
    } else {
      lock.readLock().lock();
    }
    mine.taken(this);
    tell("take", exclusive);
  }

  private void tell(String what, boolean exclusive) {
    if (order.probes().hears(Trace.LOCKS) && rank != Rank.EXTENT_STATUS) {
      String mode = exclusive ? ", exclusive" : ", shared";
      order.probes().tell(Trace.LOCKS, inodeNumber, what, name + mode);
    }
  }

  private void release(boolean exclusive) {
    HeldLocks.mine().released(this);
    tell("release", exclusive);
    if (exclusive) {
      lock.writeLock().unlock();
    } else {
      lock.readLock().unlock();
    }
  }

  /** Takes the lock exclusively. */
  @MustBeClosed
  public Held exclusive() {
    acquire(true);
    return new Held(true);
  }

  /** Takes the lock shared with other readers. */
  @MustBeClosed
  public Held shared() {
    acquire(false);
    return new Held(false);
  }

  /** Takes the lock exclusively, or returns null if another thread holds it. */
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  public @Nullable Held tryExclusive() {
    HeldLocks mine = HeldLocks.mine();
    mine.await(this);
    if (!lock.writeLock().tryLock()) {
      mine.notTaken();
      return null;
    }
    mine.taken(this);
    tell("take", true);
    return new Held(true);
  }

  /**
   * Returns whether another thread waits for the lock. The result is a hint, because it may be out
   * of date.
   */
  public boolean isAwaited() {
    return lock.hasQueuedThreads();
  }

  /** Returns whether the calling thread holds the lock, in any mode. */
  public boolean isHeld() {
    return HeldLocks.mine().holds(this);
  }

  /** Returns whether the calling thread holds the lock exclusively. */
  public boolean isHeldExclusively() {
    return lock.isWriteLockedByCurrentThread();
  }

  /**
   * Checks that the calling thread holds the lock exclusively.
   *
   * @throws ProtocolException if the thread does not hold the lock exclusively
   */
  public void requireExclusive() {
    if (!lock.isWriteLockedByCurrentThread()) {
      throw new ProtocolException(this + " must be held exclusively here");
    }
  }

  /**
   * Checks that the calling thread holds the lock, in any mode.
   *
   * @throws ProtocolException if the thread does not hold the lock
   */
  public void requireHeld() {
    if (!isHeld()) {
      throw new ProtocolException(this + " must be held here");
    }
  }

  @Override
  public LockOrder order() {
    return order;
  }

  @Override
  public Rank rank() {
    return rank;
  }

  @Override
  public long inodeNumber() {
    return inodeNumber;
  }

  @Override
  public String toString() {
    return inodeNumber == 0 ? name : name + " of " + inodeNumber;
  }
}
