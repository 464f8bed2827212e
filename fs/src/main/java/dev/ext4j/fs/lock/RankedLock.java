package dev.ext4j.fs.lock;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.probe.Trace;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A read/write lock that knows its place in the lock order: taking one whose place is not behind
 * all that the thread holds is a bug and throws {@link ProtocolException} before anything blocks.
 */
public final class RankedLock implements HeldLocks.Lock {
  /** How often, and for how long, who gives way looks whether those who waited have come in. */
  private static final int LOOKS = 20;

  private static final long LOOK_NANOS = 50_000;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Rank rank;
  private final long inodeNumber;
  private final String name;

  /** A lock that is not of an inode; the name is for messages. */
  public RankedLock(Rank rank, String name) {
    this(rank, 0, name);
  }

  /** A lock of an inode; the name is for messages, the number of the inode goes behind it. */
  public RankedLock(Rank rank, long inodeNumber, String name) {
    this.rank = rank;
    this.inodeNumber = inodeNumber;
    this.name = name;
  }

  /** Possession of a lock by the thread that took it. */
  public final class Held implements AutoCloseable {
    private final boolean exclusive;

    private Held(boolean exclusive) {
      this.exclusive = exclusive;
    }

    /**
     * Gives the lock up in the middle of an operation, for others to pass, and takes it again after
     * {@code interlude}. Whatever was read under the lock is void afterwards.
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

    /** Gives the lock up for those who wait for it, as {@link #droppedDuring} does. */
    public void giveWay() {
      // The lock is not fair: who took it again at once would be there before they are awake.
      droppedDuring(
          () -> {
            boolean interrupted = Thread.interrupted(); // which would not let it park
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

  /** What is done while a lock is given up. */
  @FunctionalInterface
  public interface Interlude<X extends Exception> {
    /** Does it. */
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
    if (Trace.LOCKS.isHeard() && rank != Rank.EXTENT_STATUS) {
      Trace.LOCKS.tell(inodeNumber, what, name + (exclusive ? ", exclusive" : ", shared"));
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

  /** Takes the lock for this thread alone. */
  @MustBeClosed
  public Held exclusive() {
    acquire(true);
    return new Held(true);
  }

  /** Takes the lock together with other readers. */
  @MustBeClosed
  public Held shared() {
    acquire(false);
    return new Held(false);
  }

  /** Takes the lock for this thread alone, or nothing if somebody has it. */
  @SuppressWarnings("MustBeClosedChecker") // who gets it closes it
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

  /** Whether another thread waits for the lock; a hint. */
  public boolean isAwaited() {
    return lock.hasQueuedThreads();
  }

  /** Whether the calling thread holds the lock, in any mode. */
  public boolean isHeld() {
    return HeldLocks.mine().holds(this);
  }

  /** Whether the calling thread holds the lock exclusively. */
  public boolean isHeldExclusively() {
    return lock.isWriteLockedByCurrentThread();
  }

  /** Throws unless the calling thread holds the lock exclusively. */
  public void requireExclusive() {
    if (!lock.isWriteLockedByCurrentThread()) {
      throw new ProtocolException(this + " must be held exclusively here");
    }
  }

  /** Throws unless the calling thread holds the lock in some mode. */
  public void requireHeld() {
    if (!isHeld()) {
      throw new ProtocolException(this + " must be held here");
    }
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
