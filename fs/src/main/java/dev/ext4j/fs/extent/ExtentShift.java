package dev.ext4j.fs.extent;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A move of all extents of a file that begin at or after a logical block. They move to higher or
 * lower logical blocks. The move is used to insert or collapse a range.
 *
 * <p>The leaves with these extents are written to new blocks, which nothing points to yet. Then a
 * handle changes the root and frees the old leaves, so that a shift of any size is one small
 * transaction. If the root is the only leaf, the root itself is changed. After a crash, either all
 * extents have moved or none, with or without a journal. (Linux shifts in place, leaf by leaf, and
 * may be interrupted in between.)
 */
public final class ExtentShift {
  /** The largest number of leaves that are written together. */
  private static final int STAGED = 256;

  private final ExtentTree tree;
  private final Geometry geometry;
  private final NodeBlocks blocks;
  private final BlockAllocator allocator;

  /** Creates a shift of the extents of a tree. {@link #shift} does the work. */
  public ExtentShift(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.allocator = allocator;
    this.geometry = tree.geometry();
    this.blocks = new NodeBlocks(tree, allocator);
  }

  /**
   * Moves every extent that begins at or after a block. An extent that contains the block is split
   * there first. No block of the target range may be mapped.
   *
   * @param handle a handle whose changes so far may be committed without the shift
   * @param distance the number that is added to each logical block; negative for a move to lower
   *     blocks
   * @param gate the gate that releases the tree lock around a restart; the handle is restarted only
   *     before the first extent is moved
   * @throws FileOperationException with ENOSPC if there is not enough free space, or it is too
   *     scattered for one transaction. No extent has been moved
   */
  public void shift(
      Handle handle, long from, long distance, Handle.RestartGate gate, ShiftListener listener)
      throws IOException {
    Plan plan;
    boolean again;
    do { // writeback may have merged the split extents again during a restart
      tree.ensureCredits(handle, ExtentInsertion::credits, gate);
      new ExtentInsertion(tree, allocator).splitAt(handle, from);
      int credits = Math.min(plan(from).credits(), handle.maxCredits());
      again = handle.ensureCredits(credits, gate) && isInside(from);
      plan = plan(from);
    } while (again);
    ExtentPath path = firstFrom(from);
    if (path == null) {
      return;
    }
    if (path.depth() == 0) {
      tree.declare(handle, path, 0);
      move(path.leaf(), path.position(0), distance);
      tree.seal(path, 0);
      listener.shifted(1, 1);
    } else {
      new Rebuild(handle, path, plan, distance, listener).run();
    }
  }

  /** A listener that receives the progress of a shift. */
  @FunctionalInterface
  public interface ShiftListener {
    /** Called after each leaf, with the number of completed leaves and the number of all leaves. */
    void shifted(long doneCount, long totalCount);
  }

  /** Returns whether a block lies inside an extent, after its first block. */
  private boolean isInside(long logicalBlock) throws IOException {
    ExtentPath path = tree.find(logicalBlock);
    int i = path.position(path.depth());
    return i >= 0
        && path.leaf().logicalBlock(i) < logicalBlock
        && path.leaf().logicalEnd(i) > logicalBlock;
  }

  /** Returns the path to the first extent that begins at or after a block, or null. */
  private @Nullable ExtentPath firstFrom(long from) throws IOException {
    ExtentPath path = tree.find(from);
    int depth = path.depth();
    int i = path.position(depth);
    if (i < 0 || path.leaf().logicalBlock(i) < from) {
      i++;
    }
    path.setPosition(depth, i);
    return i < path.leaf().entries() || tree.nextLeaf(path) ? path : null;
  }

  /**
   * The depth of the tree, the numbers of leaves and index nodes to rewrite, and the number of
   * groups.
   */
  private record Plan(int depth, long leafCount, long indexCount, long groupCount) {
    /**
     * Returns the credits for the path, the inode and the new index nodes, and for the bitmaps and
     * descriptors of allocated and freed nodes.
     */
    int credits() {
      long nodes = leafCount + indexCount;
      long groups = 2 * Math.min(nodes, groupCount);
      long all = 3L + depth + indexCount + BlockAllocator.CREDITS_PER_GROUP * groups;
      return (int) Math.min(Integer.MAX_VALUE, all);
    }
  }

  private Plan plan(long from) throws IOException {
    ExtentPath path = firstFrom(from);
    int depth = path == null ? 0 : path.depth();
    if (path == null || depth == 0) {
      return new Plan(depth, 0, 0, 0);
    }
    long leaves = 0;
    long indexes = depth - 1L;
    int parent = depth - 1;
    int changed;
    do {
      int last = path.node(parent).entries() - 1;
      leaves += last - path.position(parent) + 1;
      path.setPosition(parent, last);
      changed = tree.advance(path);
      indexes += changed == 0 ? 0 : depth - changed;
    } while (changed > 0);
    return new Plan(depth, leaves, indexes, geometry.groupCount());
  }

  /**
   * Moves the extents of a node starting at a position, and merges those that have become adjacent.
   */
  private static void move(ExtentNode node, int from, long distance) throws CorruptionException {
    int entries = node.entries();
    if (from < entries
        && (node.logicalBlock(from) + distance < 0
            || node.logicalBlock(entries - 1) + distance >= ExtentTree.MAX_BLOCKS)) {
      throw new CorruptionException(
          Kind.EXTENT_ORDER, "extents of a leaf are after the end of the tree");
    }
    node.moveExtents(from, distance);
    ExtentMerge.joinFrom(node, from);
  }

  /** A rebuild of the right part of a tree. It creates the new nodes from left to right. */
  private final class Rebuild {
    private final Handle handle;
    private final ExtentPath path;
    private final Plan plan;
    private final long distance;
    private final ShiftListener listener;
    private final int depth;

    /** The index nodes under construction, by level; the node of level 0 is a copy of the root. */
    private final ExtentNode[] indexes;

    private final CachedBlock[] indexBlocks;
    private final NewLeaves leaves;
    private long firstDropped;
    private int droppedCount;

    Rebuild(Handle handle, ExtentPath path, Plan plan, long distance, ShiftListener listener) {
      this.handle = handle;
      this.path = path;
      this.plan = plan;
      this.distance = distance;
      this.listener = listener;
      this.depth = path.depth();
      this.indexes = new ExtentNode[depth];
      this.indexBlocks = new CachedBlock[depth];
      this.leaves = new NewLeaves(handle, plan.leafCount());
    }

    void run() throws IOException {
      try {
        rebuild();
      } finally {
        leaves.end();
      }
    }

    private void rebuild() throws IOException {
      beginPath();
      int first = path.position(depth);
      long done = 0;
      int changed;
      LeafPrefetch prefetch = new LeafPrefetch(tree.cache());
      do {
        prefetch.ahead(path);
        ExtentNode leaf = leaves.copyOf(path.leaf(), path.blockNumber(depth));
        move(leaf, first, distance);
        first = 0;
        tree.seal(leaf);
        append(depth - 1, leaf.logicalBlock(0), leaves.number());
        drop(path.blockNumber(depth));
        listener.shifted(++done, plan.leafCount());
        long[] old = numbersOfIndexes();
        changed = tree.advance(path);
        for (int level = changed; level < depth; level++) {
          end(level, old[level]);
          if (changed > 0) {
            begin(level);
          }
        }
      } while (changed > 0);
      leaves.write();
      freeDropped();
    }

    /**
     * Adds an old leaf to the run of leaves that are freed together. Old leaves are mostly
     * adjacent, so that one call frees many of them.
     */
    private void drop(long leaf) throws IOException {
      if (droppedCount > 0
          && leaf != firstDropped + droppedCount * (long) geometry.clusterRatio()) {
        freeDropped();
      }
      if (droppedCount == 0) {
        firstDropped = leaf;
      }
      droppedCount++;
    }

    private void freeDropped() throws IOException {
      if (droppedCount > 0) {
        blocks.free(handle, firstDropped, droppedCount);
        droppedCount = 0;
      }
    }

    private long[] numbersOfIndexes() {
      long[] numbers = new long[depth];
      for (int level = 1; level < depth; level++) {
        numbers[level] = path.blockNumber(level);
      }
      return numbers;
    }

    /**
     * Begins the new nodes of the path with the entries to the left of the path, which do not
     * change.
     */
    private void beginPath() throws IOException {
      for (int level = 0; level < depth; level++) {
        int position = path.position(level);
        begin(level);
        if (level > 0 && position > 0) {
          ExtentNode parent = path.node(level - 1);
          append(
              level - 1,
              parent.logicalBlock(path.position(level - 1)),
              indexBlocks[level].number());
        }
        indexes[level].appendFrom(path.node(level), 0, position);
      }
    }

    private void begin(int level) throws IOException {
      ExtentNode old = path.node(level);
      if (level == 0) {
        ByteBuffer root = ByteBuffer.allocate(tree.root().area().capacity());
        indexes[0] =
            ExtentNode.create(root.order(ByteOrder.LITTLE_ENDIAN), old.depth(), old.capacity());
      } else {
        CachedBlock block = blocks.take(handle, path.blockNumber(level), path::isBelow);
        indexBlocks[level] = block;
        indexes[level] = ExtentNode.create(block.bytes(), old.depth(), old.capacity());
      }
    }

    /** Adds an entry. The first entry of a node also adds the node to its parent. */
    private void append(int level, long logicalBlock, long child) {
      ExtentNode node = indexes[level];
      if (node.entries() == 0 && level > 0) {
        append(level - 1, logicalBlock, indexBlocks[level].number());
      }
      int at = node.entries();
      node.openSlot(at);
      node.setIndex(at, logicalBlock, child);
    }

    private void end(int level, long oldBlock) throws IOException {
      ExtentNode node = indexes[level];
      if (level == 0) {
        tree.root().declare(handle);
        node.copyTo(tree.root().area());
        tree.root().seal();
      } else {
        tree.seal(node);
        tree.trust(indexBlocks[level], node.depth());
        blocks.free(handle, oldBlock);
      }
    }
  }

  /**
   * An allocator of blocks for new leaves. It collects the content of leaves in a buffer, so that
   * adjacent blocks are written together.
   */
  private final class NewLeaves {
    private final Handle handle;
    private final ByteBuffer staged;
    private long wanted;
    private long next;
    private int available;
    private long firstStaged;

    NewLeaves(Handle handle, long count) {
      this.handle = handle;
      this.wanted = count;
      int most = (int) Math.min(count, STAGED);
      this.staged = tree.cache().spareBuffer().take(most * geometry.blockSize());
    }

    /** Releases the buffer, so that the next operation can use it. */
    void end() {
      tree.cache().spareBuffer().giveBack(staged);
    }

    /** Returns the block number of the last new leaf. */
    long number() {
      return next - geometry.clusterRatio();
    }

    /** Returns a new leaf with the content of another one. */
    ExtentNode copyOf(ExtentNode leaf, long goal) throws IOException {
      if (available == 0) {
        take(goal);
      }
      boolean continues =
          staged.position() > 0
              && staged.hasRemaining()
              && next == firstStaged + (staged.position() >>> geometry.blockSizeBits());
      if (!continues) {
        write();
        firstStaged = next;
      }
      ByteBuffer bytes =
          staged.slice(staged.position(), geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
      staged.position(staged.position() + geometry.blockSize());
      ExtentNode copy = ExtentNode.copy(leaf, bytes);
      next += geometry.clusterRatio();
      available--;
      wanted--;
      return copy;
    }

    private void take(long goal) throws IOException {
      if (handle.credits() < BlockAllocator.CREDITS_PER_ALLOCATION + ExtentNode.MAX_DEPTH) {
        throw new FileOperationException(
            Errno.ENOSPC, "free space is too scattered for this to fit in one transaction");
      }
      BlockAllocator.Run run = blocks.takeRun(handle, goal, wanted);
      next = run.firstBlock();
      available = run.clusterCount();
    }

    void write() throws IOException {
      if (staged.position() > 0) {
        tree.cache().writePast(firstStaged, staged.flip());
        staged.clear();
      }
    }
  }
}
