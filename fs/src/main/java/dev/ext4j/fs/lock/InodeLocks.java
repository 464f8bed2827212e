package dev.ext4j.fs.lock;

import dev.ext4j.fs.probe.Safeguard;

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
    inode = new RankedLock(Rank.INODE, number, "inode lock");
    invalidate = new RankedLock(Rank.INVALIDATE, number, "invalidate lock");
    extentTree = new RankedLock(Rank.EXTENT_TREE, number, "extent tree lock");
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
   * The mapping-context rule: who asks for a mapping holds what it claims to hold.
   *
   * @param firstBlock first logical block that is asked for
   * @param blockCount how many are
   * @throws ProtocolException if it does not, or if that does not cover the range
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
    if (!held && Safeguard.MAPPING_CONTEXT.isOn()) {
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
