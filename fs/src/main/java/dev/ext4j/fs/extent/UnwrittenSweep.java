package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * Makes the written extents that lie in a range unwritten, a leaf at a time: where there are many,
 * that saves looking for each, and a checksum of its leaf for each. What lies in the range in part
 * only, and what is longer than an unwritten extent can be, is left to {@link
 * ExtentInsertion#convert}.
 */
public final class UnwrittenSweep {
  /**
   * The leaf; and, where an only leaf moves into the inode, that, and what its block goes back to.
   */
  private static final int CREDITS = 3 + BlockAllocator.CREDITS_PER_GROUP;

  private final ExtentTree tree;
  private final ExtentMerge merge;

  /** Conversion in a tree. */
  public UnwrittenSweep(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.merge = new ExtentMerge(tree, allocator);
  }

  /** Converts in {@code [first, end)}. Each leaf is sound by itself: there may be restarts. */
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
