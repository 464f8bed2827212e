package dev.ext4j.fs.extent;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.ExtentNode;
import org.jspecify.annotations.Nullable;

/**
 * The way from the root of an extent tree down to a leaf: at each level a node and the position of
 * the entry taken. Valid as long as the tree lock is held without a pause.
 */
final class ExtentPath {
  private final ExtentNode[] nodes;
  private final @Nullable CachedBlock[] blocks;
  private final int[] positions;
  private boolean fresh;

  ExtentPath(int depth) {
    nodes = new ExtentNode[depth + 1];
    blocks = new CachedBlock[depth + 1];
    positions = new int[depth + 1];
  }

  /** Depth of the tree: the level of the leaf, the root being level 0. */
  int depth() {
    return nodes.length - 1;
  }

  void set(int level, ExtentNode node, @Nullable CachedBlock block) {
    nodes[level] = node;
    blocks[level] = block;
  }

  ExtentNode node(int level) {
    return nodes[level];
  }

  ExtentNode leaf() {
    return nodes[depth()];
  }

  /** The block of a node, null for the root. */
  @Nullable CachedBlock block(int level) {
    return blocks[level];
  }

  /** Block number of a node below the root. */
  long blockNumber(int level) {
    CachedBlock block = blocks[level];
    if (block == null) {
      throw new IllegalStateException("the root has no block");
    }
    return block.number();
  }

  int position(int level) {
    return positions[level];
  }

  void setPosition(int level, int position) {
    positions[level] = position;
  }

  /** Whether a node on the way had to be verified, because it was read or had changed hands. */
  boolean isFresh() {
    return fresh;
  }

  void setFresh() {
    fresh = true;
  }

  /** First logical block behind what the subtree at a level covers; 2^32 at the right edge. */
  long upperBound(int level) {
    for (int up = level - 1; up >= 0; up--) {
      if (positions[up] + 1 < nodes[up].entries()) {
        return nodes[up].logicalBlock(positions[up] + 1);
      }
    }
    return 1L << 32;
  }
}
