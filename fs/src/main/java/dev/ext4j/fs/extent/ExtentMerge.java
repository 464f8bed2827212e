package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * A merge of extents of a leaf that are adjacent in the file and on the device and have the same
 * state. The kernel merges such extents after an insertion or a change of state. If a tree has only
 * one leaf, and its extents fit into the inode, they are moved into the inode.
 */
final class ExtentMerge {
  private final ExtentTree tree;
  private final NodeBlocks blocks;

  ExtentMerge(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.blocks = new NodeBlocks(tree, allocator);
  }

  /**
   * Returns whether blocks directly follow the extent at a position of a leaf, and may become a
   * part of it.
   */
  static boolean continues(
      ExtentNode leaf,
      int i,
      long logicalBlock,
      long physicalBlock,
      int blockCount,
      boolean unwritten) {
    return leaf.isUnwritten(i) == unwritten
        && leaf.logicalEnd(i) == logicalBlock
        && leaf.physicalBlock(i) + leaf.blockCount(i) == physicalBlock
        && fits(leaf.blockCount(i) + blockCount, unwritten);
  }

  /**
   * Returns whether the extent at a position of a leaf directly follows the blocks, and may include
   * them.
   */
  static boolean precedes(
      ExtentNode leaf,
      int i,
      long logicalBlock,
      long physicalBlock,
      int blockCount,
      boolean unwritten) {
    return leaf.isUnwritten(i) == unwritten
        && leaf.logicalBlock(i) == logicalBlock + blockCount
        && leaf.physicalBlock(i) == physicalBlock + blockCount
        && fits(leaf.blockCount(i) + blockCount, unwritten);
  }

  private static boolean fits(int blockCount, boolean unwritten) {
    return blockCount
        <= (unwritten ? ExtentNode.MAX_UNWRITTEN_LENGTH : ExtentNode.MAX_WRITTEN_LENGTH);
  }

  /**
   * Merges the extent at a position with the extents before and after it. The caller has declared
   * the leaf. The path is invalid afterwards.
   */
  void around(Handle handle, ExtentPath path, int position) throws IOException {
    int depth = path.depth();
    ExtentNode leaf = path.leaf();
    if (position == 0 || !joinRight(leaf, position - 1)) {
      joinRight(leaf, position);
    }
    tree.seal(path, depth);
    fold(handle, path);
  }

  /**
   * Merges adjacent extents of the leaf, beginning with the extent before a position. The caller
   * has declared the leaf. The path is invalid afterwards.
   */
  void from(Handle handle, ExtentPath path, int position) throws IOException {
    joinFrom(path.leaf(), position);
    tree.seal(path, path.depth());
    fold(handle, path);
  }

  /**
   * Merges adjacent extents of a leaf, beginning with the extent before a position, as far as the
   * largest length of an extent allows.
   */
  static void joinFrom(ExtentNode leaf, int position) {
    int first = Math.max(0, position - 1);
    if (!leaf.hasTouching(first)) {
      return;
    }
    for (int i = leaf.entries() - 2; i >= first; i--) {
      joinRight(leaf, i);
    }
  }

  /**
   * Merges an extent with as many of the extents after it as fit. Returns whether at least one was
   * merged.
   */
  static boolean joinRight(ExtentNode leaf, int i) {
    int end = i + 1;
    if (end == leaf.entries() || leaf.logicalEnd(i) != leaf.logicalBlock(end)) {
      return false;
    }
    int count = leaf.blockCount(i);
    while (end < leaf.entries()
        && leaf.isUnwritten(end) == leaf.isUnwritten(i)
        && leaf.logicalBlock(end) == leaf.logicalBlock(i) + count
        && leaf.physicalBlock(end) == leaf.physicalBlock(i) + count
        && fits(count + leaf.blockCount(end), leaf.isUnwritten(i))) {
      count += leaf.blockCount(end);
      end++;
    }
    if (end == i + 1) {
      return false;
    }
    leaf.setExtent(i, leaf.logicalBlock(i), leaf.physicalBlock(i), count, leaf.isUnwritten(i));
    leaf.removeEntries(i + 1, end);
    return true;
  }

  /** Moves the extents of the only leaf of a tree into the inode if there is room. */
  private void fold(Handle handle, ExtentPath path) throws IOException, CorruptionException {
    if (path.depth() != 1
        || path.node(0).entries() != 1
        || path.leaf().entries() > path.node(0).capacity()) {
      return;
    }
    ExtentNode root = path.node(0);
    tree.root().declare(handle);
    root.removeEntries(0, 1);
    root.resetDepth();
    root.appendFrom(path.leaf(), 0, path.leaf().entries());
    tree.root().seal();
    blocks.free(handle, path.blockNumber(1));
  }
}
