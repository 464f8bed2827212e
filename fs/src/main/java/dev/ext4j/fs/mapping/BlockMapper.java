package dev.ext4j.fs.mapping;

import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree.Known;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The mapper that looks up the mapping of a file ({@code ext4_map_blocks}). It looks a block up in
 * the status tree first. It looks the block up on disk only if the status tree does not contain it.
 * Then it enters the result into the status tree. If the caller's context allows it, it may also
 * enter the other runs of the leaf. It enters nothing while another thread carries out several
 * operations as one change. The caller names the lock or transfer that gives it the right to look
 * up a mapping, and this class checks that the caller holds it.
 */
public final class BlockMapper {
  private final Inode inode;
  private final Volume volume;

  /** Creates the mapper of an inode whose content is in blocks. */
  public BlockMapper(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /**
   * Returns the mapping of a logical block, from the block to the end of its run. The caller holds
   * the inode lock or the invalidate lock.
   *
   * @param maxCount the largest number of blocks that the caller needs
   */
  public Mapping map(long logicalBlock, long maxCount) throws IOException {
    return query(heldRight(), logicalBlock, maxCount).mapping();
  }

  private MappingContext heldRight() {
    return inode.locks().inode().isHeld() ? MappingContext.INODE : MappingContext.INVALIDATE;
  }

  /**
   * Returns the mapping of a logical block, from the block to the end of its run. The result also
   * has the count of changes at the time of the look-up. The result is valid while this count is
   * the same and the page of the block is locked.
   *
   * @param right the lock or transfer that gives the caller the right to look up a mapping
   * @param maxCount the largest number of blocks that the caller needs
   */
  public Known query(MappingContext right, long logicalBlock, long maxCount) throws IOException {
    inode.locks().requireContext(right, logicalBlock, right.allowsBulkCaching() ? 1 : maxCount);
    if (volume.probes().takes(Safeguard.MAPPING_CONTEXT)) {
      inode.busy().requireFree(logicalBlock, logicalBlock + 1);
    }
    Known known = inode.status().lookup(logicalBlock);
    if (known == null) {
      volume.probes().reach(SyncPoint.MAP_ES_MISS, inode.inodeNumber(), logicalBlock);
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        Mapping onDisk = askDisk(right, logicalBlock, maxCount);
        known = new Known(onDisk, inode.status().sequence());
      }
    } else if (volume.probes().checks()) {
      requireTrue(logicalBlock);
    }
    return new Known(known.mapping().from(logicalBlock, maxCount), known.cookie());
  }

  /**
   * Checks that the cached mapping of a block is the same as the mapping on disk. Outside the range
   * that an operation changes, both are the same whenever no thread holds the tree lock exclusively
   * (check A2 in docs/PROTOCOL.md).
   */
  private void requireTrue(long logicalBlock) throws IOException {
    if (inode.locks().extentTree().isHeld()) {
      return; // the caller may be changing the mapping now
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

  /**
   * Returns the mapping of a block on disk. The caller holds the tree lock. The status tree does
   * not change.
   */
  public Mapping onDisk(long logicalBlock) throws IOException {
    return usesExtents() ? extents().lookup(logicalBlock) : indirect().lookup(logicalBlock);
  }

  /**
   * Returns the mapping of a logical block. The caller holds the tree lock, so that the mapping
   * cannot change.
   */
  Mapping lookupLocked(long logicalBlock, long maxCount) throws IOException {
    inode.locks().extentTree().requireHeld();
    Known known = inode.status().lookup(logicalBlock);
    Mapping mapping =
        known != null ? known.mapping() : askDisk(MappingContext.PAGES, logicalBlock, maxCount);
    return mapping.from(logicalBlock, maxCount);
  }

  /**
   * Looks a block up on disk and enters the result into the status tree. The caller holds the tree
   * lock.
   */
  private Mapping askDisk(MappingContext right, long logicalBlock, long maxCount)
      throws IOException {
    Mapping found;
    if (usesExtents()) {
      boolean bulk = right.allowsBulkCaching();
      ExtentTree.Shown shown = bulk ? ExtentTree.Shown.FRESH : ExtentTree.Shown.NONE;
      if (!bulk && !volume.probes().takes(Safeguard.NO_BULK_CACHING)) {
        shown = ExtentTree.Shown.ALL;
      }
      found = extents().lookup(logicalBlock, shown, this::note);
      if (!bulk) {
        volume.probes().reach(SyncPoint.WB_LEAF_LOADED, inode.inodeNumber(), logicalBlock);
      }
    } else {
      found = indirect().lookup(logicalBlock);
    }
    if (!right.allowsBulkCaching()) {
      found = found.from(logicalBlock, maxCount); // only the blocks that the caller protects
    }
    return found.state() == State.HOLE ? noteGap(found, logicalBlock) : noted(found);
  }

  private Mapping noted(Mapping found) {
    if (volume.journal().isPreliminary()) {
      return found;
    }
    if (volume.probes().takes(Safeguard.NO_BULK_CACHING)) {
      inode.busy().requireFree(found.logicalBlock(), found.logicalEnd());
    }
    inode.status().cache(found);
    return found;
  }

  private boolean note(long logicalBlock, long physicalBlock, long blockCount, State state) {
    noted(new Mapping(logicalBlock, physicalBlock, blockCount, state));
    return true;
  }

  /**
   * Enters a hole of the mapping on disk into the status tree, up to the first delayed block in it.
   * Delayed blocks are holes on disk. Returns the part of the hole before the first delayed block,
   * or the delayed run at the requested block.
   */
  private Mapping noteGap(Mapping gap, long logicalBlock) {
    if (volume.journal().isPreliminary()) {
      return gap;
    }
    Mapping hole = gap;
    Mapping delayed = inode.status().nextDelayed(logicalBlock, gap.logicalEnd());
    if (delayed != null && volume.probes().takes(Safeguard.CACHE_KEEPS_DELAYED)) {
      if (delayed.logicalBlock() <= logicalBlock) {
        return delayed.from(logicalBlock, Long.MAX_VALUE); // entered after the look-up
      }
      hole = gap.from(logicalBlock, delayed.logicalBlock() - logicalBlock);
    }
    volume.probes().reach(SyncPoint.MAP_GAP_FOUND, inode.inodeNumber(), logicalBlock);
    noted(hole);
    volume.probes().reach(SyncPoint.MAP_GAP_CACHED, inode.inodeNumber(), logicalBlock);
    return hole;
  }

  /**
   * Loads all extents into the status tree. The caller holds the inode lock. When memory is short,
   * these extents are dropped after those of other files.
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

  /**
   * Walks all allocated runs, starting at the run that contains or follows a block. The caller
   * holds the inode lock or the invalidate lock.
   */
  public void walk(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    inode.locks().requireContext(heldRight(), fromLogicalBlock, 1);
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      walkLocked(fromLogicalBlock, visitor);
    }
  }

  /** Same as {@link #walk}, but the caller holds the tree lock, so the mapping cannot change. */
  public void walkLocked(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    if (usesExtents()) {
      extents().walk(fromLogicalBlock, visitor);
    } else {
      indirect().walk(fromLogicalBlock, visitor);
    }
  }

  /**
   * Returns the current depth of the extent tree. The depth may change at any time unless the
   * caller has a handle open.
   */
  int depth() throws IOException {
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      return extents().depth();
    }
  }

  /** Returns whether the file is mapped by an extent tree, not by indirect blocks. */
  public boolean usesExtents() {
    return inode.has(FileFlag.EXTENTS);
  }

  /** Returns the number of logical blocks that can be mapped; their numbers are below it. */
  public long maxBlocks() {
    return usesExtents() ? ExtentTree.MAX_BLOCKS : indirect().maxBlocks();
  }

  /** Returns the extent tree of a file that has one. */
  public ExtentTree extents() {
    return new ExtentTree(inode, volume.geometry(), volume.cache());
  }

  /** Returns the block map of a file without extents. */
  public IndirectBlocks indirect() {
    return new IndirectBlocks(inode, volume.geometry(), volume.cache());
  }
}
