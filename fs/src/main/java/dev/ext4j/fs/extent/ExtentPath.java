package dev.ext4j.fs.extent;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import org.jspecify.annotations.Nullable;

/**
 * The path from the root of an extent tree to a leaf: the node of each level, and the position of
 * the entry that points to the next level ({@code ext4_ext_path}). A path is valid as long as the
 * tree lock is held without a pause and the tree does not change. A method that receives the path
 * may change the tree and keep the path valid.
 */
public final class ExtentPath {
  private final ExtentNode[] nodes;
  private final @Nullable CachedBlock[] blocks;
  private final int[] positions;
  private boolean fresh;

  ExtentPath(int depth) {
    nodes = new ExtentNode[depth + 1];
    blocks = new CachedBlock[depth + 1];
    positions = new int[depth + 1];
  }

  /** Returns the depth of the tree: the level of the leaf, where the root is level 0. */
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

  /**
   * Returns the mapping of the logical block that the path was looked up for, from the block to the
   * end of its extent or hole.
   */
  public Mapping mapping(long logicalBlock) {
    ExtentNode leaf = leaf();
    int position = position(depth());
    if (position >= 0 && leaf.logicalEnd(position) > logicalBlock) {
      return extent(position).from(logicalBlock, Long.MAX_VALUE);
    }
    long end =
        position + 1 < leaf.entries() ? leaf.logicalBlock(position + 1) : upperBound(depth());
    return Mapping.hole(logicalBlock, Math.max(1, end - logicalBlock));
  }

  /** Returns the extent at a position of the leaf. */
  Mapping extent(int position) {
    ExtentNode leaf = leaf();
    return new Mapping(
        leaf.logicalBlock(position),
        leaf.physicalBlock(position),
        leaf.blockCount(position),
        leaf.isUnwritten(position) ? State.UNWRITTEN : State.WRITTEN);
  }

  /** Returns the block of a node, or null for the root. */
  @Nullable CachedBlock block(int level) {
    return blocks[level];
  }

  /** Returns the block number of a node below the root. */
  long blockNumber(int level) {
    CachedBlock block = blocks[level];
    if (block == null) {
      throw new IllegalStateException("the root has no block");
    }
    return block.number();
  }

  /** Returns whether a block contains a node of this path below the root. */
  boolean isBelow(long number) {
    for (CachedBlock block : blocks) {
      if (block != null && block.number() == number) {
        return true;
      }
    }
    return false;
  }

  int position(int level) {
    return positions[level];
  }

  void setPosition(int level, int position) {
    positions[level] = position;
  }

  /**
   * Returns whether a node of the path had to be verified, because it was read from the device or
   * was last verified for another use.
   */
  boolean isFresh() {
    return fresh;
  }

  void setFresh() {
    fresh = true;
  }

  /**
   * Returns the first logical block after the range of the subtree at a level; 2^32 if the subtree
   * is at the right edge of the tree.
   */
  long upperBound(int level) {
    for (int up = level - 1; up >= 0; up--) {
      if (positions[up] + 1 < nodes[up].entries()) {
        return nodes[up].logicalBlock(positions[up] + 1);
      }
    }
    return 1L << 32;
  }
}
