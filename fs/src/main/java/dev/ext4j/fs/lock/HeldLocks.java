package dev.ext4j.fs.lock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks that one thread holds, in the order in which the thread took them. This is also the
 * order of their ranks. {@link #describe} lists the locks of all threads, so that a user can find
 * out why threads do not proceed.
 */
public final class HeldLocks {
  private static final int USUAL = 8;

  private static final Lock NOTHING =
      new Lock() {
        @Override
        public LockOrder order() {
          throw new AssertionError("no lock");
        }

        @Override
        public Rank rank() {
          return Rank.CHANGES;
        }

        @Override
        public long inodeNumber() {
          return 0;
        }
      };

  private static final Map<Thread, HeldLocks> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());
  private static final ThreadLocal<HeldLocks> MINE =
      ThreadLocal.withInitial(
          () -> {
            HeldLocks mine = new HeldLocks();
            ALL.put(Thread.currentThread(), mine);
            return mine;
          });

  private Lock[] locks = new Lock[USUAL];
  private volatile int count;
  private volatile @Nullable Lock awaited;

  private HeldLocks() {}

  /** A lock with a rank in the lock order, which a thread can hold. */
  public interface Lock {
    /** Returns the lock order that this lock belongs to. */
    LockOrder order();

    /** Returns the rank of this lock, its position in the lock order. */
    Rank rank();

    /**
     * Returns the number of the inode that this lock belongs to, or 0. A thread takes the locks of
     * one rank in the order of these numbers.
     */
    long inodeNumber();

    /** Returns the position of this lock in the order of the locks of the same rank and inode. */
    default long place() {
      return 0;
    }
  }

  /** Returns the locks of the calling thread. */
  public static HeldLocks mine() {
    return MINE.get();
  }

  /**
   * Checks that the calling thread may take a lock now, and records that the thread waits for it.
   *
   * @throws ProtocolException if the lock does not come after all held locks in the lock order, or
   *     if it belongs to another lock order than the held locks
   */
  public void await(Lock lock) {
    if (count > 0) {
      requireAfter(locks[count - 1], lock);
    }
    awaited = lock;
  }

  private static void requireAfter(Lock held, Lock next) {
    if (held.order() != next.order()) {
      throw new ProtocolException(
          String.format(
              "locks of two file systems at once: %s of %s is taken while %s of %s is held",
              next, next.order(), held, held.order()));
    }
    if (compare(held, next) >= 0) {
      throw new ProtocolException("lock order: " + next + " is taken while " + held + " is held");
    }
  }

  /** Records that the calling thread now holds the lock that it waited for. */
  public void taken(Lock lock) {
    int at = count;
    if (at == locks.length) {
      locks = Arrays.copyOf(locks, 2 * at);
    }
    locks[at] = lock;
    count = at + 1;
    awaited = null;
  }

  /** Records that the calling thread no longer waits for a lock. */
  public void notTaken() {
    awaited = null;
  }

  /** Records that the calling thread has released a lock. */
  public void released(Lock lock) {
    int at = count - 1;
    while (at >= 0 && locks[at] != lock) {
      at--;
    }
    if (at < 0) {
      throw new ProtocolException(lock + " is not held by " + Thread.currentThread().getName());
    }
    int left = count - 1; // only this thread writes it
    System.arraycopy(locks, at + 1, locks, at, left - at);
    locks[left] = NOTHING; // an old entry would keep a page in memory
    count = left;
  }

  /** Returns whether the calling thread holds a lock. */
  public boolean holds(Lock lock) {
    for (int i = count - 1; i >= 0; i--) {
      if (locks[i] == lock) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a lock is the one that the calling thread took last. */
  boolean isInnermost(Lock lock) {
    return count > 0 && locks[count - 1] == lock;
  }

  /**
   * Returns whether the calling thread holds the locks of {@code blockCount} successive pages of an
   * inode, beginning with the page of {@code firstBlock}.
   */
  public boolean holdsPages(long inodeNumber, long firstBlock, long blockCount) {
    long next = firstBlock;
    for (int i = 0; i < count; i++) {
      Lock lock = locks[i];
      if (lock.rank() == Rank.PAGE && lock.inodeNumber() == inodeNumber && lock.place() == next) {
        next++;
      }
    }
    return next >= firstBlock + blockCount;
  }

  /**
   * Checks that the calling thread holds no lock of a given rank or of a higher rank.
   *
   * @param what the action that is not allowed with such a lock, for the message
   * @throws ProtocolException if the thread holds such a lock
   */
  public void requireNoneFrom(Rank rank, String what) {
    if (count > 0 && locks[count - 1].rank().compareTo(rank) >= 0) {
      throw new ProtocolException(what + " while " + locks[count - 1] + " is held");
    }
  }

  private static int compare(Lock held, Lock next) {
    int byRank = held.rank().compareTo(next.rank());
    if (byRank != 0) {
      return byRank;
    }
    int byInode = Long.compare(held.inodeNumber(), next.inodeNumber());
    return byInode != 0 ? byInode : Long.compare(held.place(), next.place());
  }

  /**
   * Returns a line for each thread that holds or awaits a lock of one lock order. The threads
   * continue to run, so the lines may contradict each other.
   */
  public static List<String> describe(LockOrder order) {
    List<String> lines = new ArrayList<>();
    synchronized (ALL) {
      ALL.forEach(
          (thread, held) -> {
            Lock wanted = held.awaited;
            boolean waits = wanted != null && wanted.order() == order;
            List<String> names = held.names(order);
            if (waits || !names.isEmpty()) {
              lines.add(
                  thread.getName() + " holds " + names + (waits ? " and waits for " + wanted : ""));
            }
          });
    }
    return lines;
  }

  private List<String> names(LockOrder order) {
    List<String> names = new ArrayList<>();
    Lock[] now = locks; // another thread may change the locks at any moment
    for (int i = 0; i < Math.min(count, now.length); i++) {
      Lock lock = now[i];
      if (lock != null && lock != NOTHING && lock.order() == order) {
        names.add(lock.toString());
      }
    }
    return names;
  }
}
