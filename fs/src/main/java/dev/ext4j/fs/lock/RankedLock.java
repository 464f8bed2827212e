package dev.ext4j.fs.lock;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A read/write lock that knows its place in the lock order. Each thread has a list of what it
 * holds; taking a lock whose rank does not rise is a bug and throws {@link IllegalStateException}
 * before anything blocks.
 */
public final class RankedLock {
  private static final ThreadLocal<List<Held>> HELD = ThreadLocal.withInitial(ArrayList::new);

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Rank rank;
  private final String name;

  /** A lock that nobody holds; the name is for messages. */
  public RankedLock(Rank rank, String name) {
    this.rank = rank;
    this.name = name;
  }

  /** Possession of a lock by the thread that took it. */
  public final class Held implements AutoCloseable {
    private final boolean exclusive;

    private Held(boolean exclusive) {
      this.exclusive = exclusive;
    }

    private RankedLock owner() {
      return RankedLock.this;
    }

    /**
     * Gives the lock up in the middle of an operation, for others to pass, and takes it again after
     * {@code interlude}. Whatever was read under the lock is void afterwards.
     */
    public <X extends Exception> void droppedDuring(Interlude<X> interlude) throws X {
      List<Held> held = HELD.get();
      if (held.isEmpty() || held.get(held.size() - 1) != this) {
        throw new IllegalStateException(name + " is not the innermost lock held");
      }
      release();
      try {
        interlude.run();
      } finally {
        acquire();
      }
    }

    @Override
    public void close() {
      release();
    }

    private void acquire() {
      checkOrder();
      if (exclusive) {
        lock.writeLock().lock();
      } else {
        lock.readLock().lock();
      }
      HELD.get().add(this);
    }

    private void release() {
      HELD.get().remove(this);
      if (exclusive) {
        lock.writeLock().unlock();
      } else {
        lock.readLock().unlock();
      }
    }
  }

  /** What is done while a lock is given up. */
  @FunctionalInterface
  public interface Interlude<X extends Exception> {
    /** Does it. */
    void run() throws X;
  }

  /** Takes the lock for this thread alone. */
  @MustBeClosed
  public Held exclusive() {
    Held held = new Held(true);
    held.acquire();
    return held;
  }

  /** Takes the lock together with other readers. */
  @MustBeClosed
  public Held shared() {
    Held held = new Held(false);
    held.acquire();
    return held;
  }

  /** Whether the calling thread holds the lock, in any mode. */
  public boolean isHeld() {
    for (Held held : HELD.get()) {
      if (held.owner() == this) {
        return true;
      }
    }
    return false;
  }

  /** Throws unless the calling thread holds the lock exclusively. */
  public void requireExclusive() {
    if (!lock.isWriteLockedByCurrentThread()) {
      throw new IllegalStateException(name + " must be held exclusively here");
    }
  }

  /** Throws unless the calling thread holds the lock in some mode. */
  public void requireHeld() {
    if (!isHeld()) {
      throw new IllegalStateException(name + " must be held here");
    }
  }

  private void checkOrder() {
    for (Held held : HELD.get()) {
      if (held.owner().rank.compareTo(rank) >= 0) {
        throw new IllegalStateException(
            "lock order: " + name + " is taken while " + held.owner().name + " is held");
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
