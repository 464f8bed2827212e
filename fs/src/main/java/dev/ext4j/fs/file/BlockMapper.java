package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Checks;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree.Known;
import java.io.IOException;

/**
 * The one door to a file's mapping ({@code ext4_map_blocks}). The status tree is asked first, the
 * tree on disk only where it knows nothing; what the disk says is remembered: what was asked for
 * always, and all that a leaf says where the caller's context allows it. The caller says by what
 * right it asks, which is checked here, where it matters.
 */
public final class BlockMapper {
  private final Inode inode;
  private final FileContext context;

  /** The mapping of an inode whose content lies in blocks. */
  public BlockMapper(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
  }

  /**
   * What a logical block is, and how far that goes; the caller holds the inode lock or the
   * invalidate lock.
   *
   * @param maxCount no more than so many blocks are of interest
   */
  public Mapping map(long logicalBlock, long maxCount) throws IOException {
    return query(heldRight(), logicalBlock, maxCount).mapping();
  }

  private MappingContext heldRight() {
    return inode.locks().inode().isHeld() ? MappingContext.INODE : MappingContext.INVALIDATE;
  }

  /**
   * What a logical block is, how far that goes, and the count of changes at which it was so: while
   * that is the same, and the block's page is locked, the answer holds.
   *
   * @param right by which the caller asks
   * @param maxCount no more than so many blocks are of interest
   */
  public Known query(MappingContext right, long logicalBlock, long maxCount) throws IOException {
    inode.locks().requireContext(right, logicalBlock, right.allowsBulkCaching() ? 1 : maxCount);
    if (Safeguard.MAPPING_CONTEXT.isOn()) {
      inode.busy().requireFree(logicalBlock, logicalBlock + 1);
    }
    Known known = inode.status().lookup(logicalBlock);
    if (known == null) {
      SyncPoint.MAP_ES_MISS.reach(inode.inodeNumber(), logicalBlock);
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        Mapping onDisk = askDisk(right, logicalBlock, maxCount);
        known = new Known(onDisk, inode.status().sequence());
      }
    } else if (Checks.areOn()) {
      requireTrue(logicalBlock);
    }
    return new Known(known.mapping().from(logicalBlock, maxCount), known.cookie());
  }

  /**
   * What is known of a block is what the disk says; outside of what an operation changes that holds
   * whenever nobody has the tree lock exclusively (protocol 7.2, A2).
   */
  private void requireTrue(long logicalBlock) throws IOException {
    if (inode.locks().extentTree().isHeld()) {
      return; // it is being changed right now, by the caller
    }
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      Known again = inode.status().lookup(logicalBlock);
      if (again != null && !inode.busy().isBusy(logicalBlock, logicalBlock + 1)) {
        Mapping known = again.mapping();
        Mapping onDisk = onDisk(logicalBlock);
        if (known.state() == State.DELAYED ? onDisk.isAllocated() : !known.agreesWith(onDisk)) {
          throw new ProtocolException(inode + ": known is " + known + ", the disk says " + onDisk);
        }
      }
    }
  }

  /** What the disk says of a block; the tree lock is held, and nothing is noted. */
  Mapping onDisk(long logicalBlock) throws IOException {
    return usesExtents() ? extents().lookup(logicalBlock) : indirect().lookup(logicalBlock);
  }

  /**
   * What a logical block is, looked up while the caller holds the tree lock, so that it stays so.
   */
  Mapping lookupLocked(long logicalBlock, long maxCount) throws IOException {
    inode.locks().extentTree().requireHeld();
    Known known = inode.status().lookup(logicalBlock);
    Mapping mapping =
        known != null ? known.mapping() : askDisk(MappingContext.PAGES, logicalBlock, maxCount);
    return mapping.from(logicalBlock, maxCount);
  }

  /** Asks the disk and notes what it says; the tree lock is held. */
  private Mapping askDisk(MappingContext right, long logicalBlock, long maxCount)
      throws IOException {
    Mapping found;
    if (usesExtents()) {
      boolean bulk = right.allowsBulkCaching();
      ExtentTree.Shown shown = bulk ? ExtentTree.Shown.FRESH : ExtentTree.Shown.NONE;
      if (!bulk && !Safeguard.NO_BULK_CACHING.isOn()) {
        shown = ExtentTree.Shown.ALL;
      }
      found = extents().lookup(logicalBlock, shown, this::note);
      if (!bulk) {
        SyncPoint.WB_LEAF_LOADED.reach(inode.inodeNumber(), logicalBlock);
      }
    } else {
      found = indirect().lookup(logicalBlock);
    }
    if (!right.allowsBulkCaching()) {
      found = found.from(logicalBlock, maxCount); // nothing outside of what the caller protects
    }
    return found.state() == State.HOLE ? noteGap(found, logicalBlock) : noted(found);
  }

  private Mapping noted(Mapping found) {
    if (context.journal().isPreliminary()) {
      return found;
    }
    if (Safeguard.NO_BULK_CACHING.isOn()) {
      inode.busy().requireFree(found.logicalBlock(), found.logicalEnd());
    }
    inode.status().cache(found);
    return found;
  }

  private boolean note(long logicalBlock, long physicalBlock, long blockCount, State state) {
    noted(new Mapping(logicalBlock, physicalBlock, blockCount, state));
    return true;
  }

  /** The disk knows nothing of delayed blocks: a gap ends where one of them begins. */
  private Mapping noteGap(Mapping gap, long logicalBlock) {
    if (context.journal().isPreliminary()) {
      return gap;
    }
    Mapping hole = gap;
    Mapping delayed = inode.status().nextDelayed(logicalBlock, gap.logicalEnd());
    if (delayed != null && Safeguard.CACHE_KEEPS_DELAYED.isOn()) {
      if (delayed.logicalBlock() <= logicalBlock) {
        return delayed.from(logicalBlock, Long.MAX_VALUE); // written after the status was asked
      }
      hole = gap.from(logicalBlock, delayed.logicalBlock() - logicalBlock);
    }
    SyncPoint.MAP_GAP_FOUND.reach(inode.inodeNumber(), logicalBlock);
    noted(hole);
    SyncPoint.MAP_GAP_CACHED.reach(inode.inodeNumber(), logicalBlock);
    return hole;
  }

  /**
   * Loads all extents into the status tree; the inode lock is held. They are dropped after those of
   * other files when memory is short.
   */
  public void precache() throws IOException {
    inode.locks().requireContext(MappingContext.INODE, 0, 1);
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      walkLocked(0, new WithHoles(this::noteRunOrGap));
      inode.status().setPrecached();
    }
  }

  private boolean noteRunOrGap(
      long logicalBlock, long physicalBlock, long blockCount, State state) {
    if (state == State.HOLE) {
      noteGap(Mapping.hole(logicalBlock, blockCount), logicalBlock);
      return true;
    }
    return note(logicalBlock, physicalBlock, blockCount, state);
  }

  /** Walks all allocated runs from the one that holds or follows a block on. */
  public void walk(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    inode.locks().requireContext(heldRight(), fromLogicalBlock, 1);
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      walkLocked(fromLogicalBlock, visitor);
    }
  }

  /** The same while the caller holds the tree lock, which keeps the mapping as it is. */
  void walkLocked(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    if (usesExtents()) {
      extents().walk(fromLogicalBlock, visitor);
    } else {
      indirect().walk(fromLogicalBlock, visitor);
    }
  }

  /** Depth of the extent tree at this moment, for who has no handle that would keep it so. */
  int depth() throws IOException {
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      return extents().depth();
    }
  }

  /** Whether the file is mapped by an extent tree, not by indirect blocks. */
  public boolean usesExtents() {
    return inode.has(FileFlag.EXTENTS);
  }

  /** Logical blocks that can be mapped lie below this. */
  long maxBlocks() {
    return usesExtents() ? ExtentTree.MAX_BLOCKS : indirect().maxBlocks();
  }

  /** The extent tree of a file that has one. */
  public ExtentTree extents() {
    return new ExtentTree(inode, context.geometry(), context.cache());
  }

  /** The block map of a file without extents. */
  public IndirectBlocks indirect() {
    return new IndirectBlocks(inode, context.geometry(), context.cache());
  }
}
