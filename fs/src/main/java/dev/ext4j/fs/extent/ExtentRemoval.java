package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.Mapping;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A removal of a range of logical blocks from an extent tree. It goes from the end of the range to
 * the start, one leaf at a time. Each step looks up its leaf from the root, and makes sure that no
 * extent extends beyond the end of the range. Therefore a step after a restart needs only the
 * bounds of the rest of the range. A leaf that lies wholly inside the range is freed without being
 * changed.
 *
 * <p>With bigalloc, several extents can share a cluster. The cluster is freed when the extent with
 * the lowest logical block in it is removed. Each step finds this extent again, so that nothing has
 * to be kept over a restart. A cluster stays allocated if a block outside the range still uses it.
 */
public final class ExtentRemoval {
  private final ExtentTree tree;
  private final Geometry geometry;
  private final BlockAllocator allocator;
  private final NodeBlocks blocks;
  private final LeafPrefetch prefetch;
  private final boolean keepsBlocks;
  private long sectors;

  /** Creates a removal that frees the blocks of the extents. */
  public ExtentRemoval(ExtentTree tree, BlockAllocator allocator) {
    this(tree, allocator, false);
  }

  /** Returns a removal that keeps the blocks allocated, for a caller that maps them again. */
  public static ExtentRemoval keepingBlocks(ExtentTree tree, BlockAllocator allocator) {
    return new ExtentRemoval(tree, allocator, true);
  }

  private ExtentRemoval(ExtentTree tree, BlockAllocator allocator, boolean keepsBlocks) {
    this.keepsBlocks = keepsBlocks;
    this.tree = tree;
    this.geometry = tree.geometry();
    this.allocator = allocator;
    this.blocks = new NodeBlocks(tree, allocator);
    this.prefetch = new LeafPrefetch(tree.cache());
  }

  /**
   * Removes the mapping of the logical blocks {@code [first, end)}.
   *
   * @param gate the gate that releases the tree lock around a restart
   */
  public void remove(
      Handle handle, long first, long end, Handle.RestartGate gate, RemovalListener listener)
      throws IOException {
    long left = end;
    while (left > first) {
      long reached = removeStep(handle, first, left, end, gate);
      if (reached < left) {
        left = reached;
        listener.removedDownTo(Math.max(left, first));
      }
    }
  }

  /**
   * Removes the extents of one leaf that lie in the range.
   *
   * @param wholeEnd the end of the whole range; blocks after it stay
   * @return the end of the part of the range that still has to be removed
   */
  private long removeStep(
      Handle handle, long first, long end, long wholeEnd, Handle.RestartGate gate)
      throws IOException {
    ExtentPath path = tree.find(end - 1);
    int depth = path.depth();
    ExtentNode leaf = path.leaf();
    int last = path.position(depth);
    if (last < 0) {
      return Math.max(first, ExtentTree.keyAtOrBefore(path, end - 1));
    }
    if (leaf.logicalEnd(last) <= first) {
      return first;
    }
    if (leaf.logicalEnd(last) > end) {
      // This happens in the first step, and again if writeback has merged the extent during a
      // restart.
      tree.ensureCredits(handle, ExtentInsertion::credits, gate);
      new ExtentInsertion(tree, allocator).splitAt(handle, end);
      return end;
    }
    prefetch.back(path, first);
    Step step = plan(handle, path, first, last);
    if (handle.ensureCredits(step.credits, gate)) {
      return end;
    }
    boolean partly = step.start > Math.max(first, leaf.logicalBlock(step.from));
    apply(handle, path, step, clusterKeptBehind(wholeEnd));
    boolean more = partly || step.from > 0 || hasLeftNeighbour(path);
    return more ? step.start : first;
  }

  private record Step(int from, int to, long start, int credits) {}

  /**
   * Chooses the extents that are removed together: as many as the credits of a transaction allow.
   */
  private Step plan(Handle handle, ExtentPath path, long first, int last) throws IOException {
    ExtentNode leaf = path.leaf();
    // The path, the inode, and the counter in the superblock.
    int base = path.depth() + 3;
    int credits = base;
    Set<Integer> newGroups = new HashSet<>();
    int known = -1;
    int from = last + 1;
    while (from > 0 && leaf.logicalEnd(from - 1) > first) {
      int i = from - 1;
      long start = Math.max(first, leaf.logicalBlock(i));
      long physical = leaf.physicalBlock(i) + (start - leaf.logicalBlock(i));
      int firstGroup = geometry.groupOf(physical);
      int lastGroup = geometry.groupOf(leaf.physicalBlock(i) + leaf.blockCount(i) - 1);
      for (int group = firstGroup; group <= lastGroup && !keepsBlocks; group++) {
        if (group != known && !handle.freed().hasGroup(group)) {
          newGroups.add(group);
        }
        known = group;
      }
      int wanted =
          base
              + BlockAllocator.CREDITS_PER_GROUP * (newGroups.size() + path.depth())
              + path.depth();
      if (wanted > handle.maxCredits() && from <= last) {
        break;
      }
      if (wanted > handle.maxCredits()) {
        // One extent lies in more groups than a transaction can change. Its end is removed first.
        int most =
            (handle.maxCredits() - base) / BlockAllocator.CREDITS_PER_GROUP - 2 * path.depth();
        long border = geometry.groupStart(lastGroup - most + 1);
        start = leaf.logicalBlock(i) + (border - leaf.physicalBlock(i));
        return new Step(i, last + 1, start, handle.maxCredits());
      }
      credits = wanted;
      from = i;
    }
    long start = from <= last ? Math.max(first, leaf.logicalBlock(from)) : first;
    return new Step(from, last + 1, start, credits);
  }

  private void apply(Handle handle, ExtentPath path, Step step, long keptCluster)
      throws IOException {
    ExtentNode leaf = path.leaf();
    int depth = path.depth();
    Runs runs = new Runs(handle);
    for (int i = step.to - 1; i >= step.from; i--) {
      long start = Math.max(step.start, leaf.logicalBlock(i));
      freeExtent(runs, path, i, start, keptCluster);
    }
    runs.flush();
    boolean shortened = leaf.logicalBlock(step.from) < step.start;
    int firstGone = shortened ? step.from + 1 : step.from;
    if (firstGone == 0 && step.to == leaf.entries() && depth > 0) {
      removeNode(handle, path, depth);
    } else {
      tree.declare(handle, path, depth);
      if (shortened) {
        int kept = (int) (step.start - leaf.logicalBlock(step.from));
        leaf.setExtent(
            step.from,
            leaf.logicalBlock(step.from),
            leaf.physicalBlock(step.from),
            kept,
            leaf.isUnwritten(step.from));
      }
      leaf.removeEntries(firstGone, step.to);
      tree.seal(path, depth);
      if (firstGone == 0 && leaf.entries() > 0) {
        raiseKeys(handle, path, depth, leaf.logicalBlock(0));
      }
    }
    tree.root().declare(handle);
    tree.root().addSectors(keepsBlocks ? 0 : -sectors);
    sectors = 0;
    tree.root().seal();
  }

  /**
   * Frees the clusters of an extent, from a logical block to the end of the extent. A cluster that
   * a remaining block uses is not freed.
   */
  private void freeExtent(Runs runs, ExtentPath path, int i, long start, long keptCluster)
      throws IOException {
    ExtentNode leaf = path.leaf();
    long physical = leaf.physicalBlock(i) + (start - leaf.logicalBlock(i));
    long count = leaf.logicalEnd(i) - start;
    if (geometry.clusterRatio() == 1) {
      runs.add(physical, count);
      return;
    }
    int bits = geometry.clusterRatioBits();
    long firstCluster = start >>> bits;
    long endCluster = ((start + count - 1) >>> bits) + 1;
    // On the left is the part of the extent that stays, or the extent before it if no part stays.
    long leftEnd =
        start > leaf.logicalBlock(i) ? start : i > 0 ? leaf.logicalEnd(i - 1) : leftLeafEnd(path);
    if (leftEnd > firstCluster << bits) {
      firstCluster++;
    }
    if (endCluster - 1 == keptCluster) {
      endCluster--;
    }
    if (firstCluster < endCluster) {
      long offset = physical - start;
      if ((offset - geometry.firstDataBlock() & geometry.clusterRatio() - 1) != 0) {
        throw new CorruptionException(
            Kind.EXTENT_NODE,
            "inode "
                + tree.root().inodeNumber()
                + ": the extent at block "
                + leaf.logicalBlock(i)
                + " does not lie in its cluster as it does in the file");
      }
      long firstBlock = (firstCluster << bits) + offset;
      long blocks = (endCluster - firstCluster) << bits;
      runs.add(firstBlock, Math.min(blocks, geometry.blockCount() - firstBlock));
    }
  }

  /**
   * Returns the logical cluster that the range shares with an extent at or after {@code end}, or -1
   * if there is none.
   */
  private long clusterKeptBehind(long end) throws IOException {
    int bits = geometry.clusterRatioBits();
    long cluster = (end - 1) >>> bits;
    long clusterEnd = (cluster + 1) << bits;
    if (bits == 0 || end == clusterEnd) {
      return -1;
    }
    Mapping behind = tree.lookup(end);
    boolean shared = behind.isAllocated() || behind.logicalEnd() < clusterEnd;
    return shared ? cluster : -1;
  }

  /** Returns the end of the last extent in the leaf to the left, or 0 if there is none. */
  private long leftLeafEnd(ExtentPath path) throws IOException {
    long begin = path.leaf().logicalBlock(0);
    Mapping left = begin == 0 ? null : tree.lastAtOrBefore(begin - 1);
    return left == null ? 0 : left.logicalEnd();
  }

  private static boolean hasLeftNeighbour(ExtentPath path) {
    for (int level = 0; level < path.depth(); level++) {
      if (path.position(level) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Frees a node that has become empty, and each parent that becomes empty as well. */
  private void removeNode(Handle handle, ExtentPath path, int emptyLevel) throws IOException {
    int level = emptyLevel;
    while (true) {
      blocks.free(handle, path.blockNumber(level));
      level--;
      ExtentNode parent = path.node(level);
      if (parent.entries() > 1 || level == 0) {
        break;
      }
    }
    ExtentNode parent = path.node(level);
    int position = path.position(level);
    tree.declare(handle, path, level);
    parent.removeEntries(position, position + 1);
    if (parent.entries() == 0) {
      parent.resetDepth();
    }
    tree.seal(path, level);
    if (position == 0 && parent.entries() > 0) {
      raiseKeys(handle, path, level, parent.logicalBlock(0));
    }
  }

  /** Raises the keys in the nodes above a node whose first entry now begins at a higher block. */
  private void raiseKeys(Handle handle, ExtentPath path, int nodeLevel, long logicalBlock) {
    for (int level = nodeLevel - 1; level >= 0; level--) {
      int position = path.position(level);
      tree.declare(handle, path, level);
      path.node(level).setLogicalBlock(position, logicalBlock);
      tree.seal(path, level);
      if (position > 0) {
        return;
      }
    }
  }

  /**
   * A collector of blocks to free. It joins runs that are adjacent on the device, so that each
   * bitmap is looked up once for a joined run.
   */
  private final class Runs {
    private final Handle handle;
    private long start;
    private long count;

    Runs(Handle handle) {
      this.handle = handle;
    }

    /**
     * Adds a run. The runs are added from the end of the file to its start, so that a run usually
     * ends where the previous one begins.
     */
    void add(long firstBlock, long blockCount) throws IOException {
      if (count > 0 && firstBlock + blockCount == start) {
        start = firstBlock;
        count += blockCount;
      } else {
        flush();
        start = firstBlock;
        count = blockCount;
      }
      sectors += wholeClusters(blockCount) << (geometry.blockSizeBits() - 9);
    }

    void flush() throws IOException {
      if (count > 0 && !keepsBlocks) {
        allocator.free(handle, start, count);
      }
      count = 0;
    }

    private long wholeClusters(long blockCount) {
      int mask = geometry.clusterRatio() - 1;
      return blockCount + mask & ~(long) mask;
    }
  }
}
