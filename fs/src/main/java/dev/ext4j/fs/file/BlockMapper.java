package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;

/**
 * The one door to a file's mapping. The status tree is asked first, the tree on disk only where it
 * knows nothing; what the disk says is remembered. The caller holds the inode lock or the
 * invalidate lock, which is checked here, where it matters.
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
   * What a logical block is, and how far that goes.
   *
   * @param maxCount no more than so many blocks are of interest
   */
  public Mapping map(long logicalBlock, long maxCount) throws IOException {
    inode.locks().requireMappingContext();
    Mapping known = inode.status().lookup(logicalBlock);
    if (known == null) {
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        known = usesExtents() ? extents().lookup(logicalBlock) : indirect().lookup(logicalBlock);
        inode.status().cache(known);
      }
    }
    return known.from(logicalBlock, maxCount);
  }

  /** Walks all allocated runs from the one that holds or follows a block on. */
  public void walk(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    inode.locks().requireMappingContext();
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      if (usesExtents()) {
        extents().walk(fromLogicalBlock, visitor);
      } else {
        indirect().walk(fromLogicalBlock, visitor);
      }
    }
  }

  /** Whether the file is mapped by an extent tree, not by indirect blocks. */
  public boolean usesExtents() {
    return inode.has(FileFlag.EXTENTS);
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
