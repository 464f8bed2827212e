package dev.ext4j.fs.journal;

import dev.ext4j.fs.lock.RankedLock;
import org.jspecify.annotations.Nullable;

/**
 * Something in memory that repeats what blocks say: a mapping that was looked up, a size, a hint.
 * It is registered with the handle that changes the blocks ({@link BlockChanges#remember}), and
 * forgets when these changes are taken back, under the lock that keeps readers from noting them.
 */
public interface Remembered {
  /**
   * The lock that a thread holds, shared at least, while it reads the blocks and notes what they
   * say; null where nothing is noted.
   */
  default @Nullable RankedLock lock() {
    return null;
  }

  /**
   * Forgets what the blocks said, which hold again what they held before the changes. Called with
   * {@link #lock} held exclusively; must not block.
   */
  void forget();

  /**
   * Forgets content that was read while a transaction held changes of it which readers could not
   * see on the device. Called when they are there.
   */
  default void contentIsHome() {}
}
