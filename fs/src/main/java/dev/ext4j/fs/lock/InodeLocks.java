package dev.ext4j.fs.lock;

/**
 * The locks of one inode. A structural operation holds {@link #inode} and {@link #invalidate}
 * exclusively from beginning to end, and {@link #extentTree} wherever it reads or changes the
 * mapping tree, with pauses where a transaction has to be restarted.
 */
public final class InodeLocks {
  private final RankedLock inode;
  private final RankedLock invalidate;
  private final RankedLock extentTree;

  /** The locks of inode {@code number}, all free. */
  public InodeLocks(long number) {
    inode = new RankedLock(Rank.INODE, "inode lock of " + number);
    invalidate = new RankedLock(Rank.INVALIDATE, "invalidate lock of " + number);
    extentTree = new RankedLock(Rank.EXTENT_TREE, "extent tree lock of " + number);
  }

  /** {@code i_rwsem}. */
  public RankedLock inode() {
    return inode;
  }

  /** {@code invalidate_lock}. */
  public RankedLock invalidate() {
    return invalidate;
  }

  /** {@code i_data_sem}. */
  public RankedLock extentTree() {
    return extentTree;
  }

  /**
   * The mapping-context rule: who asks for a mapping must hold the inode lock or the invalidate
   * lock (page locks come with the page cache).
   */
  public void requireMappingContext() {
    if (!inode.isHeld() && !invalidate.isHeld()) {
      throw new IllegalStateException(
          "blocks are mapped without " + inode + " or " + invalidate + " held");
    }
  }
}
