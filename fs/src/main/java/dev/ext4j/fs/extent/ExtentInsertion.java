package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Puts extents into a tree, splitting full nodes and growing the tree where it must. Shapes follow
 * the kernel's: entries right of the place move to the new node, and a tree grows by pushing the
 * root's entries down into a block.
 */
public final class ExtentInsertion {
  private final ExtentTree tree;
  private final Geometry geometry;
  private final BlockAllocator allocator;

  /** Insertion into a tree. */
  public ExtentInsertion(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.geometry = tree.geometry();
    this.allocator = allocator;
  }

  /**
   * Blocks that one {@link #splitAt} or {@link #insert} changes at most: the path and as many new
   * nodes, with the bitmaps that those come from.
   */
  public static int credits() {
    int levels = ExtentNode.MAX_DEPTH + 1;
    return 2 * levels + BlockAllocator.CREDITS_PER_ALLOCATION * levels;
  }

  /**
   * Makes a logical block the first one of an extent. If it lies inside one, that extent becomes
   * two of the same state, which are not merged again.
   */
  public void splitAt(Handle handle, long logicalBlock) throws IOException {
    ExtentPath path = tree.find(logicalBlock);
    int depth = path.depth();
    ExtentNode leaf = path.leaf();
    int i = path.position(depth);
    if (i < 0 || leaf.logicalBlock(i) == logicalBlock || leaf.logicalEnd(i) <= logicalBlock) {
      return;
    }
    int leftCount = (int) (logicalBlock - leaf.logicalBlock(i));
    long rightPhysical = leaf.physicalBlock(i) + leftCount;
    int rightCount = leaf.blockCount(i) - leftCount;
    boolean unwritten = leaf.isUnwritten(i);
    // Shortened before anything else, so that a leaf made by splitting never holds the long form.
    tree.declare(handle, path, depth);
    leaf.setExtent(i, leaf.logicalBlock(i), leaf.physicalBlock(i), leftCount, unwritten);
    tree.seal(path, depth);
    insert(handle, logicalBlock, rightPhysical, rightCount, unwritten);
  }

  /** Inserts an extent into a place that is free. */
  public void insert(
      Handle handle, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    ExtentPath path = makeRoom(handle, logicalBlock);
    int depth = path.depth();
    int at = path.position(depth) + 1;
    ExtentNode leaf = path.leaf();
    tree.declare(handle, path, depth);
    leaf.openSlot(at);
    leaf.setExtent(at, logicalBlock, physicalBlock, blockCount, unwritten);
    tree.seal(path, depth);
    if (at == 0) {
      lowerKeys(handle, path, logicalBlock);
    }
  }

  /** The way to a leaf that has a slot for an extent at a logical block. */
  private ExtentPath makeRoom(Handle handle, long logicalBlock) throws IOException {
    while (true) {
      ExtentPath path = tree.find(logicalBlock);
      if (hasRoom(path.leaf())) {
        return path;
      }
      int depth = path.depth();
      if (depth > 0 && path.position(depth) == path.leaf().entries() - 1) {
        ExtentPath next = tree.find(logicalBlock);
        if (tree.nextLeaf(next) && hasRoom(next.leaf())) {
          next.setPosition(depth, -1);
          return next;
        }
      }
      int level = depth;
      while (level >= 0 && !hasRoom(path.node(level))) {
        level--;
      }
      if (level < 0) {
        grow(handle, path);
      } else {
        split(handle, path, level, logicalBlock);
      }
    }
  }

  private static boolean hasRoom(ExtentNode node) {
    return node.entries() < node.capacity();
  }

  /** Splits every node below {@code level}, which has room, on the way to a logical block. */
  private void split(Handle handle, ExtentPath path, int level, long logicalBlock)
      throws IOException {
    int depth = path.depth();
    // What comes before all of a tree splits its first leaf behind the first entry, as the kernel
    // does.
    path.setPosition(depth, Math.max(0, path.position(depth)));
    int position = path.position(depth);
    boolean atEnd = position == path.leaf().entries() - 1;
    long border = atEnd ? logicalBlock : path.leaf().logicalBlock(position + 1);
    // Announced from the top: in place, a parent must name the new child before the old one
    // shrinks.
    for (int i = level; i <= depth; i++) {
      tree.declare(handle, path, i);
    }
    long child = 0;
    for (int i = depth; i > level; i--) {
      ExtentNode old = path.node(i);
      CachedBlock block = newBlock(handle, path.blockNumber(i));
      ExtentNode fresh =
          ExtentNode.create(
              block.bytes(), old.depth(), ExtentNode.capacityOfBlock(geometry.blockSize()));
      if (i < depth) {
        fresh.openSlot(0);
        fresh.setIndex(0, border, child);
      }
      int from = path.position(i) + 1;
      fresh.appendFrom(old, from, old.entries());
      old.removeEntries(from, old.entries());
      tree.seal(path, i);
      tree.seal(fresh);
      tree.trust(block, old.depth());
      child = block.number();
    }
    ExtentNode parent = path.node(level);
    int slot = path.position(level) + 1;
    parent.openSlot(slot);
    parent.setIndex(slot, border, child);
    tree.seal(path, level);
    // At the end of a leaf the new one is empty still: the border is the key of what comes into it.
  }

  /** Pushes the root's entries down into a new block, which makes the tree one level higher. */
  private void grow(Handle handle, ExtentPath path) throws IOException {
    ExtentNode root = path.node(0);
    if (root.depth() == ExtentNode.MAX_DEPTH) {
      throw new CorruptionException(
          Kind.EXTENT_DEPTH, "inode " + tree.root().inodeNumber() + ": the tree is full");
    }
    long goal =
        root.depth() == 0 ? root.physicalBlock(Math.max(0, path.position(0))) : root.childBlock(0);
    CachedBlock block = newBlock(handle, goal);
    ExtentNode fresh =
        ExtentNode.create(
            block.bytes(), root.depth(), ExtentNode.capacityOfBlock(geometry.blockSize()));
    fresh.appendFrom(root, 0, root.entries());
    tree.seal(fresh);
    tree.trust(block, root.depth());
    tree.root().declare(handle);
    long key = root.logicalBlock(0);
    root.removeEntries(0, root.entries());
    root.setDepth(root.depth() + 1);
    root.openSlot(0);
    root.setIndex(0, key, block.number());
    tree.root().seal();
  }

  private CachedBlock newBlock(Handle handle, long goal) throws IOException {
    long number = allocator.allocateCluster(handle, goal);
    handle.cancelRevoke(number);
    CachedBlock block = tree.cache().get(number);
    handle.declare(block, BlockRole.NEW);
    ByteBuffer bytes = block.bytes();
    for (int i = 0; i < bytes.capacity(); i += 8) {
      bytes.putLong(i, 0);
    }
    tree.root().declare(handle);
    tree.root().addSectors((long) geometry.clusterRatio() << (geometry.blockSizeBits() - 9));
    tree.root().seal();
    return block;
  }

  /** A leaf's first extent begins earlier than before: so do the keys above it. */
  private void lowerKeys(Handle handle, ExtentPath path, long logicalBlock) {
    for (int level = path.depth() - 1; level >= 0; level--) {
      int position = path.position(level);
      if (path.node(level).logicalBlock(position) <= logicalBlock) {
        return;
      }
      tree.declare(handle, path, level);
      path.node(level).setLogicalBlock(position, logicalBlock);
      tree.seal(path, level);
      if (position > 0) {
        return;
      }
    }
  }
}
