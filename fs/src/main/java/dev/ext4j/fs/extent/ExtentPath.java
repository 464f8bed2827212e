package dev.ext4j.fs.extent;

import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.ExtentNode;
import org.jspecify.annotations.Nullable;

/**
 * The way from the root of an extent tree down to a leaf: at each level a node and the position of
 * the entry taken ({@code ext4_ext_path}). Valid as long as the tree lock is held without a pause
 * and the tree is not changed by anybody but the one who is given it.
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

  /** What a logical block is that the path was looked for, and how far that goes. */
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

  /** The extent at a position of the leaf. */
  Mapping extent(int position) {
    ExtentNode leaf = leaf();
    return new Mapping(
        leaf.logicalBlock(position),
        leaf.physicalBlock(position),
        leaf.blockCount(position),
        leaf.isUnwritten(position) ? State.UNWRITTEN : State.WRITTEN);
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

  /** Whether a block is one of the nodes below the root. */
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
