package dev.ext4j.fs.lock;

/**
 * The ranks of locks in the lock order, from outer to inner. A thread may hold several locks of one
 * rank if they belong to several inodes or pages. It takes these locks in the order of inode
 * numbers and block numbers.
 */
public enum Rank {
  /**
   * The lock of changes (the kernel's freeze protection). Each operation that changes something
   * holds it shared. A thread that carries out several operations as one change holds it
   * exclusively.
   */
  CHANGES,
  /** The inode lock ({@code i_rwsem}), which serialises operations on one file. */
  INODE,
  /**
   * The invalidate lock ({@code invalidate_lock}). A read or a page fault holds it shared while it
   * adds and fills pages. A structural operation holds it exclusively.
   */
  INVALIDATE,
  /**
   * The lock of a page. It guards the content and the state of the page, and whether the page is in
   * the cache.
   */
  PAGE,
  /** The commit lock, because only one transaction is committed at a time. */
  COMMIT,
  /**
   * The handle lock. At most one handle is open at a time. No handle is open while the running
   * transaction is being closed.
   */
  HANDLE,
  /**
   * The tree lock ({@code i_data_sem}), which guards the mapping. A thread that needs a handle
   * starts it before it takes this lock.
   */
  EXTENT_TREE,
  /**
   * The lock of the extent status tree ({@code i_es_lock}). A thread that holds it never blocks.
   */
  EXTENT_STATUS
}
