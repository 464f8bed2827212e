package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * A conversion of the written extents of a range to unwritten, one leaf at a time. If there are
 * many extents, this saves a look-up and a checksum of the leaf for each extent. The caller uses
 * {@link ExtentInsertion#convert} for extents that lie only partially in the range. It also does so
 * for extents that are longer than an unwritten extent can be.
 */
public final class UnwrittenSweep {
  /**
   * The number of blocks that the conversion of one leaf changes. The first is the leaf. If the
   * leaf is the only one and moves into the inode, there are four more: the inode, the superblock,
   * and the bitmap and descriptor of the freed block.
   */
  private static final int CREDITS = 3 + BlockAllocator.CREDITS_PER_GROUP;

  private final ExtentTree tree;
  private final ExtentMerge merge;

  /** Creates a conversion for a tree. {@link #sweep} does the work. */
  public UnwrittenSweep(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.merge = new ExtentMerge(tree, allocator);
  }

  /**
   * Converts the written extents that lie wholly in {@code [first, end)}. The handle may be
   * restarted between two leaves, because each leaf is consistent by itself.
   */
  public void sweep(Handle handle, long first, long end, Handle.RestartGate gate)
      throws IOException {
    LeafPrefetch prefetch = new LeafPrefetch(tree.cache());
    for (long at = first; at < end; ) {
      handle.ensureCredits(CREDITS, gate);
      ExtentPath path = tree.find(at);
      prefetch.ahead(path, end);
      long behind = path.upperBound(path.depth());
      sweepLeaf(handle, path, at, end);
      at = behind;
    }
  }

  private void sweepLeaf(Handle handle, ExtentPath path, long first, long end) throws IOException {
    ExtentNode leaf = path.leaf();
    int from = Math.max(0, path.position(path.depth()));
    if (from < leaf.entries() && leaf.logicalBlock(from) < first) {
      from++;
    }
    int to = from;
    while (to < leaf.entries() && leaf.logicalEnd(to) <= end) {
      to++;
    }
    if (leaf.hasConvertible(from, to)) {
      tree.declare(handle, path, path.depth());
      leaf.makeUnwritten(from, to);
      merge.from(handle, path, from);
    }
  }
}
