package dev.ext4j.fs.lock;

/**
 * The lock order, from outer to inner. Of one rank a thread may hold several locks, of several
 * inodes or pages, which it takes in the order of their numbers.
 */
public enum Rank {
  /**
   * Held by everybody who changes something, and exclusively by who wants several operations to be
   * one change (the kernel's freeze protection).
   */
  CHANGES,
  /** An inode's {@code i_rwsem}: serialises operations on one file. */
  INODE,
  /** {@code invalidate_lock} of a file's pages: held while pages are filled or evicted. */
  INVALIDATE,
  /** A page's lock: guards its content, its state and that it is in the cache. */
  PAGE,
  /** The commit of a transaction: one at a time. */
  COMMIT,
  /** An open handle: one at a time, and none while the running transaction is closed. */
  HANDLE,
  /** {@code i_data_sem}: guards the mapping tree; ranks below the start of a handle. */
  EXTENT_TREE,
  /** {@code i_es_lock}: guards the extent status tree; nothing blocks under it. */
  EXTENT_STATUS
}
