package dev.ext4j.fs.journal;

import dev.ext4j.fs.cache.CachedBlock;

/** Where a block is announced before it is changed: a handle, or the transaction that commits. */
public interface BlockChanges {
  /** Announces that a block is about to be changed; must come before its bytes change. */
  void declare(CachedBlock block, BlockRole role);

  /**
   * Registers what repeats in memory what the changed blocks say: it forgets if the changes are
   * taken back.
   */
  void remember(Remembered memory);
}
