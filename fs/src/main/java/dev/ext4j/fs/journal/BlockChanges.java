package dev.ext4j.fs.journal;

import dev.ext4j.fs.cache.CachedBlock;

/**
 * The receiver to which each block is declared before it is changed: a handle, or the transaction
 * that commits.
 */
public interface BlockChanges {
  /**
   * Declares that a block is about to be changed. The caller must call this method before it
   * changes the bytes.
   */
  void declare(CachedBlock block, BlockRole role);

  /**
   * Registers state in memory that is derived from the changed blocks. If the changes are undone,
   * {@link Remembered#forget} is called for this state.
   */
  void remember(Remembered memory);
}
