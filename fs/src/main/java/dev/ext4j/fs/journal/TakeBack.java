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
 * A scope in which the caller undoes changes in memory, until the scope is closed. The scope holds
 * the locks of all registered state exclusively. Therefore no thread reads a block that is only
 * partially restored, and no thread derives state from a change that is being undone. {@link
 * #close} invalidates all registered state. This is the only way in which a handle, a transaction
 * or a failed commit undoes changes.
 */
final class TakeBack implements AutoCloseable {
  private final List<Remembered> memories;
  private final Deque<RankedLock.Held> held = new ArrayDeque<>();

  /**
   * Takes the locks in their order. Does not take locks that the calling thread already holds
   * exclusively.
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // close releases the locks
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

  /** Invalidates all registered state, and releases the locks. */
  @Override
  public void close() {
    try {
      for (int i = memories.size() - 1; i >= 0; i--) {
        memories.get(i).forget(); // in reverse order, so that the oldest state is restored last
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
