package dev.ext4j.fs.lock;

import dev.ext4j.fs.probe.Safeguard;

/**
 * The locks of one inode. A structural operation holds {@link #inode} and {@link #invalidate}
 * exclusively from its beginning to its end. It holds {@link #extentTree} while it reads or changes
 * the mapping, and releases it while a transaction is restarted.
 */
public final class InodeLocks {
  private final LockOrder order;
  private final RankedLock inode;
  private final RankedLock invalidate;
  private final RankedLock extentTree;

  /** Creates the locks of inode {@code number}. No thread holds them. */
  public InodeLocks(LockOrder order, long number) {
    this.order = order;
    inode = order.lock(Rank.INODE, number, "inode lock");
    invalidate = order.lock(Rank.INVALIDATE, number, "invalidate lock");
    extentTree = order.lock(Rank.EXTENT_TREE, number, "extent tree lock");
  }

  /** Returns the inode lock ({@code i_rwsem}). */
  public RankedLock inode() {
    return inode;
  }

  /** Returns the invalidate lock ({@code invalidate_lock}). */
  public RankedLock invalidate() {
    return invalidate;
  }

  /** Returns the tree lock ({@code i_data_sem}). */
  public RankedLock extentTree() {
    return extentTree;
  }

  /**
   * Checks the rule for mapping contexts: a thread that requests a mapping must hold the lock that
   * its context names.
   *
   * @param firstBlock the first logical block of the request
   * @param blockCount the number of blocks of the request
   * @throws ProtocolException if the calling thread does not hold the lock, or if its page locks or
   *     its transfer do not cover the range
   */
  public void requireContext(MappingContext context, long firstBlock, long blockCount) {
    boolean held =
        switch (context.kind()) {
          case INODE -> inode.isHeld();
          case INVALIDATE -> invalidate.isHeld();
          case PAGES -> HeldLocks.mine().holdsPages(inode.inodeNumber(), firstBlock, blockCount);
          case TRANSFER ->
              context.firstBlock() <= firstBlock && firstBlock + blockCount <= context.blockEnd();
        };
    if (!held && order.probes().takes(Safeguard.MAPPING_CONTEXT)) {
      throw new ProtocolException(
          "blocks "
              + firstBlock
              + " + "
              + blockCount
              + " of inode "
              + inode.inodeNumber()
              + " are mapped without what "
              + context
              + " says");
    }
  }
}
