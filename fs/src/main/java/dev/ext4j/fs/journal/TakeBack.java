package dev.ext4j.fs.journal;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.lock.RankedLock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The time in which changes are taken back in memory: the locks of all that is remembered of them
 * are held exclusively, so that no thread reads a block that is restored by halves, or notes what
 * is about to vanish. It ends with everything being forgotten. This is the only way in which a
 * handle, a transaction or a failed commit takes changes back.
 */
final class TakeBack implements AutoCloseable {
  private final List<Remembered> memories;
  private final Deque<RankedLock.Held> held = new ArrayDeque<>();

  /**
   * Takes the locks, in their order; those that the calling thread has already stay as they are.
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // close gives the locks up
  TakeBack(Collection<Remembered> memories) {
    this.memories = new ArrayList<>(memories);
    try {
      for (RankedLock lock : locks(memories)) {
        held.push(lock.exclusive());
      }
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  private static List<RankedLock> locks(Collection<Remembered> memories) {
    List<RankedLock> locks = new ArrayList<>();
    for (Remembered memory : memories) {
      RankedLock lock = memory.lock();
      if (lock != null && !lock.isHeldExclusively() && !locks.contains(lock)) {
        locks.add(lock);
      }
    }
    locks.sort(Comparator.comparingLong(RankedLock::inodeNumber));
    return locks;
  }

  /** Lets everything be forgotten, and gives the locks up. */
  @Override
  public void close() {
    try {
      for (int i = memories.size() - 1; i >= 0; i--) {
        memories.get(i).forget(); // what was remembered first is right in the end
      }
    } finally {
      release();
    }
  }

  private void release() {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
