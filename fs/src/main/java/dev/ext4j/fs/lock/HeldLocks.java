package dev.ext4j.fs.lock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks that one thread holds, in the order in which they were taken, which is that of their
 * ranks; and a picture of those of all threads, for whoever wonders why nothing moves.
 */
public final class HeldLocks {
  private static final int USUAL = 8;

  private static final Lock NOTHING =
      new Lock() {
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

  /** Something that threads hold, with a place in the order. */
  public interface Lock {
    /** Its place among locks of other kinds. */
    Rank rank();

    /** Number of its inode, or 0: the order among locks of a rank. */
    long inodeNumber();

    /** Its place among the locks of a rank of one inode. */
    default long place() {
      return 0;
    }
  }

  /** Those of the calling thread. */
  public static HeldLocks mine() {
    return MINE.get();
  }

  /**
   * Checks that a lock may be taken now, and notes that the thread waits for it.
   *
   * @throws ProtocolException if its place is not behind all that is held
   */
  public void await(Lock lock) {
    if (count > 0 && compare(locks[count - 1], lock) >= 0) {
      throw new ProtocolException(
          "lock order: " + lock + " is taken while " + locks[count - 1] + " is held");
    }
    awaited = lock;
  }

  /** The lock that was waited for is the thread's. */
  public void taken(Lock lock) {
    int at = count;
    if (at == locks.length) {
      locks = Arrays.copyOf(locks, 2 * at);
    }
    locks[at] = lock;
    count = at + 1;
    awaited = null;
  }

  /** The thread has given up waiting. */
  public void notTaken() {
    awaited = null;
  }

  /** A lock was given back. */
  public void released(Lock lock) {
    int at = count - 1;
    while (at >= 0 && locks[at] != lock) {
      at--;
    }
    if (at < 0) {
      throw new ProtocolException(lock + " is not held by " + Thread.currentThread().getName());
    }
    int left = count - 1; // written by this thread only
    System.arraycopy(locks, at + 1, locks, at, left - at);
    locks[left] = NOTHING; // else a page would be kept in memory
    count = left;
  }

  /** Whether a lock is held. */
  public boolean holds(Lock lock) {
    for (int i = count - 1; i >= 0; i--) {
      if (locks[i] == lock) {
        return true;
      }
    }
    return false;
  }

  /** Whether a lock is the one taken last. */
  boolean isInnermost(Lock lock) {
    return count > 0 && locks[count - 1] == lock;
  }

  /** Whether every one of {@code count} pages of an inode from one on is held. */
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
   * Throws if a lock of a rank or an inner one is held.
   *
   * @param what cannot be done then
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

  /** A line for each thread that holds or awaits something; others may go on meanwhile. */
  public static List<String> describeAll() {
    List<String> lines = new ArrayList<>();
    synchronized (ALL) {
      ALL.forEach(
          (thread, held) -> {
            Lock wanted = held.awaited;
            List<String> names = new ArrayList<>();
            Lock[] locks = held.locks;
            for (int i = 0; i < Math.min(held.count, locks.length); i++) {
              names.add(String.valueOf(locks[i]));
            }
            if (wanted != null || !names.isEmpty()) {
              lines.add(
                  thread.getName()
                      + " holds "
                      + names
                      + (wanted == null ? "" : " and waits for " + wanted));
            }
          });
    }
    return lines;
  }
}
