package dev.ext4j.fs.journal;

import dev.ext4j.fs.lock.RankedLock;
import org.jspecify.annotations.Nullable;

/**
 * State in memory that is derived from blocks: a mapping that was looked up, a size, a hint. The
 * state is registered with the handle that changes the blocks ({@link BlockChanges#remember}). When
 * these changes are undone, the state is invalidated. The lock that is held for this excludes
 * readers, which could derive the state again too early.
 */
public interface Remembered {
  /**
   * Returns the lock that a thread holds, at least shared, while it reads the blocks and derives
   * the state; null if threads do not need a lock for that.
   */
  default @Nullable RankedLock lock() {
    return null;
  }

  /**
   * Invalidates the state. The blocks have their content from before the changes again. Called with
   * {@link #lock} held exclusively; must not block.
   */
  void forget();

  /**
   * Invalidates content that was read while a transaction held changes of it that were not yet in
   * their home blocks. Called after these changes have reached the device.
   */
  default void contentIsHome() {}
}
