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
 *
 * <p>Unlike in the kernel, a node that gives up entries to another is never changed in place: both
 * are written anew, and one change of their parent puts them into the tree. A commit in place can
 * then be cut off anywhere; {@code e2fsck} clears whole files whose nodes overlap.
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
   * Blocks that one {@link #splitAt} or {@link #insert} changes at most: the path and twice as many
   * new nodes, with the bitmaps that those come from.
   */
  public static int credits() {
    int levels = ExtentNode.MAX_DEPTH + 1;
    return levels + 2 * levels + BlockAllocator.CREDITS_PER_ALLOCATION * 2 * levels;
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
      if (isLastOfLeafWithSibling(path)) {
        ExtentPath next = tree.find(logicalBlock);
        if (tree.nextLeaf(next) && hasRoom(next.leaf())) {
          relocateLeaf(handle, path);
          relocateLeaf(handle, next);
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

  /** Whether a path stands at the end of its leaf, and the next leaf has the same parent. */
  private static boolean isLastOfLeafWithSibling(ExtentPath path) {
    int parent = path.depth() - 1;
    return parent >= 0
        && path.position(path.depth()) == path.leaf().entries() - 1
        && path.position(parent) + 1 < path.node(parent).entries();
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
    long left = 0;
    long right = 0;
    for (int i = depth; i > level; i--) {
      ExtentNode old = path.node(i);
      int from = path.position(i) + 1;
      CachedBlock leftBlock = newBlock(handle, path.blockNumber(i));
      ExtentNode leftNode = newNode(leftBlock, old.depth());
      leftNode.appendFrom(old, 0, from);
      CachedBlock rightBlock = newBlock(handle, leftBlock.number());
      ExtentNode rightNode = newNode(rightBlock, old.depth());
      if (i < depth) {
        leftNode.setIndex(from - 1, leftNode.logicalBlock(from - 1), left);
        rightNode.openSlot(0);
        rightNode.setIndex(0, border, right);
      }
      rightNode.appendFrom(old, from, old.entries());
      finish(leftBlock, leftNode);
      finish(rightBlock, rightNode);
      freeBlock(handle, path.blockNumber(i));
      left = leftBlock.number();
      right = rightBlock.number();
    }
    ExtentNode parent = path.node(level);
    int slot = path.position(level);
    tree.declare(handle, path, level);
    parent.setIndex(slot, parent.logicalBlock(slot), left);
    parent.openSlot(slot + 1);
    parent.setIndex(slot + 1, border, right);
    tree.seal(path, level);
    // At the end of a leaf the new one is empty still: the border is the key of what comes into it.
  }

  /** Puts a copy of a path's leaf, in another block, in the place of it. */
  private void relocateLeaf(Handle handle, ExtentPath path) throws IOException {
    int depth = path.depth();
    ExtentNode old = path.leaf();
    CachedBlock block = newBlock(handle, path.blockNumber(depth));
    ExtentNode fresh = newNode(block, old.depth());
    fresh.appendFrom(old, 0, old.entries());
    finish(block, fresh);
    freeBlock(handle, path.blockNumber(depth));
    ExtentNode parent = path.node(depth - 1);
    int position = path.position(depth - 1);
    tree.declare(handle, path, depth - 1);
    parent.setIndex(position, parent.logicalBlock(position), block.number());
    tree.seal(path, depth - 1);
    path.set(depth, fresh, block);
  }

  private ExtentNode newNode(CachedBlock block, int depth) {
    int capacity = ExtentNode.capacityOfBlock(geometry.blockSize());
    return ExtentNode.create(block.bytes(), depth, capacity);
  }

  private void finish(CachedBlock block, ExtentNode node) {
    tree.seal(node);
    tree.trust(block, node.depth());
  }

  private void freeBlock(Handle handle, long number) throws IOException {
    long cluster = number & -geometry.clusterRatio();
    handle.revoke(number);
    allocator.free(
        handle, cluster, Math.min(geometry.clusterRatio(), geometry.blockCount() - cluster));
    addSectors(handle, -1);
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
    ExtentNode fresh = newNode(block, root.depth());
    fresh.appendFrom(root, 0, root.entries());
    finish(block, fresh);
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
    addSectors(handle, 1);
    return block;
  }

  private void addSectors(Handle handle, int clusters) {
    long sectorsPerCluster = (long) geometry.clusterRatio() << (geometry.blockSizeBits() - 9);
    tree.root().declare(handle);
    tree.root().addSectors(clusters * sectorsPerCluster);
    tree.root().seal();
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
