package dev.ext4j.fs.extent;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.format.ExtentNode;

/**
 * A prefetch of the leaves that a walk will read next. If the leaves are not cached, this saves
 * much time, because a whole window of leaves is read at the same time.
 */
final class LeafPrefetch {
  private static final int WINDOW = 128;
  private static final long NONE = -1;
  private static final long ROOT = 0;

  private final BlockCache cache;
  private long hintedParent = NONE;
  private int hintedFrom;
  private int hintedTo;

  LeafPrefetch(BlockCache cache) {
    this.cache = cache;
  }

  /** Prefetches the next leaves for a walk to the right that is at the leaf of a path. */
  void ahead(ExtentPath path) {
    ahead(path, ExtentTree.MAX_BLOCKS);
  }

  /** Same as {@link #ahead(ExtentPath)}, but for a walk that ends before a logical block. */
  void ahead(ExtentPath path, long endLogicalBlock) {
    int level = path.depth() - 1;
    if (level >= 0 && (parentOf(path) != hintedParent || path.position(level) >= hintedTo)) {
      int position = path.position(level);
      int last = Math.max(position, path.node(level).find(endLogicalBlock - 1));
      hint(path, position, Math.min(last + 1, position + WINDOW));
    }
  }

  /**
   * Prefetches the next leaves for a walk to the left that is at the leaf of a path and ends at a
   * logical block.
   */
  void back(ExtentPath path, long firstLogicalBlock) {
    int level = path.depth() - 1;
    if (level >= 0 && (parentOf(path) != hintedParent || path.position(level) < hintedFrom)) {
      int position = path.position(level);
      int end = Math.max(0, path.node(level).find(firstLogicalBlock));
      hint(path, Math.max(end, position - WINDOW + 1), position + 1);
    }
  }

  private static long parentOf(ExtentPath path) {
    int level = path.depth() - 1;
    return level == 0 ? ROOT : path.blockNumber(level);
  }

  private void hint(ExtentPath path, int from, int to) {
    hintedParent = parentOf(path);
    hintedFrom = from;
    hintedTo = to;
    if (to - from < 2) {
      return;
    }
    ExtentNode parent = path.node(path.depth() - 1);
    long start = parent.childBlock(from);
    long count = 1;
    for (int i = from + 1; i < to; i++) {
      long child = parent.childBlock(i);
      if (child == start + count) {
        count++;
      } else {
        cache.prefetch(start, count);
        start = child;
        count = 1;
      }
    }
    cache.prefetch(start, count);
  }
}
