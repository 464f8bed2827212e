package dev.ext4j.fs.journal;

import dev.ext4j.fs.lock.RankedLock;
import org.jspecify.annotations.Nullable;

/**
 * State in memory that is derived from blocks, for example a mapping that was looked up, a size or
 * a hint. The state is registered with the handle that changes the blocks ({@link
 * BlockChanges#remember}). When these changes are undone, the state is invalidated. The lock of the
 * state is held from before the blocks are restored, so that no reader derives the state from
 * changes that are being undone.
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
   * Invalidates the state, after the blocks were restored to their content from before the changes.
   * Called with {@link #lock} held exclusively; must not block.
   */
  void forget();

  /**
   * Records the transaction that changes the blocks.
   *
   * @param transactionNumber the number of the running transaction
   * @param timesOnly whether only times change, which fdatasync(2) need not make durable
   */
  default void changedIn(long transactionNumber, boolean timesOnly) {}

  /**
   * Invalidates content that was read while some of its changes were only in a transaction and not
   * yet in the home blocks. Called after these changes have reached the device.
   */
  default void contentIsHome() {}
}
