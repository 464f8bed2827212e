package dev.ext4j.fs.extent;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * The block map of ext2 and ext3. {@code i_block} has 12 direct pointers, then one pointer to an
 * indirect block, one to a double indirect block and one to a triple indirect block. A pointer of 0
 * is a hole. Callers hold the tree lock of the inode.
 */
public final class IndirectBlocks {
  static final int DIRECT = 12;
  static final int POINTER_SIZE = 4;
  static final int MAX_LEVELS = 3;

  private final MappingRoot root;
  private final Geometry geometry;
  private final BlockCache cache;
  private final int pointerBits;

  /** Creates an object for the block map of an inode. */
  public IndirectBlocks(MappingRoot root, Geometry geometry, BlockCache cache) {
    this.root = root;
    this.geometry = geometry;
    this.cache = cache;
    this.pointerBits = geometry.blockSizeBits() - 2;
  }

  /** Returns the number of logical blocks that the map can address. */
  public long maxBlocks() {
    return Math.min(
        ExtentTree.MAX_BLOCKS,
        DIRECT + (1L << pointerBits) + (1L << (2 * pointerBits)) + (1L << (3 * pointerBits)));
  }

  /**
   * Returns a logical block such that no block at or after it is mapped. It is computed from the
   * pointers in the inode only, so it may be larger than necessary.
   */
  public long end() {
    for (int slot = DIRECT + MAX_LEVELS - 1; slot >= DIRECT; slot--) {
      if (pointer(root.area(), slot) != 0) {
        int levels = slot - DIRECT + 1;
        return Math.min(maxBlocks(), base(levels) + span(levels));
      }
    }
    return DIRECT;
  }

  /**
   * Returns the mapping of a logical block, from the block to the end of its run. The result does
   * not go beyond the lowest indirect block on the path, or the direct pointers in the inode.
   */
  public Mapping lookup(long logicalBlock) throws IOException {
    if (logicalBlock >= maxBlocks()) {
      return Mapping.hole(logicalBlock, (1L << 32) - Math.min(logicalBlock, (1L << 32) - 1));
    }
    if (logicalBlock < DIRECT) {
      return run(root.area(), (int) logicalBlock, DIRECT, logicalBlock);
    }
    int levels = levelsOf(logicalBlock);
    long offset = logicalBlock - base(levels);
    long pointer = pointer(root.area(), DIRECT + levels - 1);
    for (int level = levels; level >= 1; level--) {
      long span = span(level);
      if (pointer == 0) {
        return Mapping.hole(logicalBlock, span - (offset & span - 1));
      }
      CachedBlock block = node(pointer);
      int index = (int) (offset >>> ((level - 1) * pointerBits)) & (1 << pointerBits) - 1;
      if (level == 1) {
        return run(block.bytes(), index, 1 << pointerBits, logicalBlock);
      }
      pointer = pointer(block.bytes(), index);
    }
    throw new AssertionError("a block map has at least one level here");
  }

  /** Declares a change of an indirect block. */
  void declare(Handle handle, CachedBlock node) {
    handle.declare(node, BlockRole.INDEX);
    handle.remember(root);
  }

  /**
   * Passes all allocated runs to a visitor from left to right, beginning with the one that holds or
   * follows a block.
   */
  public void walk(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    long at = fromLogicalBlock;
    Mapping pending = null;
    WalkBound bound = new WalkBound(root.inodeNumber(), geometry);
    while (at < maxBlocks()) {
      Mapping next = lookup(at);
      at = next.logicalEnd();
      if (!next.isAllocated()) {
        continue;
      }
      bound.pass(next.blockCount());
      if (pending != null
          && pending.logicalEnd() == next.logicalBlock()
          && pending.physicalBlock() + pending.blockCount() == next.physicalBlock()) {
        pending =
            new Mapping(
                pending.logicalBlock(),
                pending.physicalBlock(),
                pending.blockCount() + next.blockCount(),
                State.WRITTEN);
      } else {
        if (pending != null && !report(pending, visitor)) {
          return;
        }
        pending = next;
      }
    }
    if (pending != null) {
      report(pending, visitor);
    }
  }

  /** Passes every indirect block to a visitor, parents before children, from left to right. */
  public void visitNodes(LongConsumer visitor) throws IOException {
    WalkBound bound = new WalkBound(root.inodeNumber(), geometry);
    long at = DIRECT;
    while (at < maxBlocks()) {
      int levels = levelsOf(at);
      long offset = at - base(levels);
      long pointer = pointer(root.area(), DIRECT + levels - 1);
      long reach = span(levels);
      for (int level = levels; level >= 1 && pointer != 0; level--) {
        CachedBlock block = node(pointer);
        if ((offset & reach - 1) == 0) {
          bound.pass(1);
          visitor.accept(pointer);
        }
        if (level > 1) {
          reach = span(level - 1);
          int index = (int) (offset >>> ((level - 1) * pointerBits)) & (1 << pointerBits) - 1;
          pointer = pointer(block.bytes(), index);
        }
      }
      at += reach;
    }
  }

  private static boolean report(Mapping run, MappingVisitor visitor) throws IOException {
    return visitor.visit(run.logicalBlock(), run.physicalBlock(), run.blockCount(), run.state());
  }

  /**
   * Returns the run that begins at an index. It consists of pointers to consecutive blocks, or of
   * pointers of 0.
   */
  private Mapping run(ByteBuffer pointers, int index, int limit, long logicalBlock)
      throws CorruptionException {
    long first = pointer(pointers, index);
    long count = 1;
    while (index + count < limit
        && pointer(pointers, (int) (index + count)) == (first == 0 ? 0 : first + count)) {
      count++;
    }
    if (first == 0) {
      return Mapping.hole(logicalBlock, count);
    }
    requireInside(first, count);
    return new Mapping(logicalBlock, first, count, State.WRITTEN);
  }

  /**
   * Returns the number of levels of indirect blocks above a logical block, which has no direct
   * pointer.
   */
  int levelsOf(long logicalBlock) {
    int levels = 1;
    while (levels < MAX_LEVELS && logicalBlock >= base(levels + 1)) {
      levels++;
    }
    return levels;
  }

  /** Returns the first logical block below {@code levels} levels of indirect blocks. */
  long base(int levels) {
    long base = DIRECT;
    for (int level = 1; level < levels; level++) {
      base += span(level);
    }
    return base;
  }

  /** Returns the number of logical blocks below one indirect block of a level. */
  long span(int level) {
    return 1L << (level * pointerBits);
  }

  /** Returns log2 of the number of pointers in a block. */
  int pointerBits() {
    return pointerBits;
  }

  static long pointer(ByteBuffer pointers, int index) {
    return pointers.getInt(index * POINTER_SIZE) & 0xFFFFFFFFL;
  }

  static void setPointer(ByteBuffer pointers, int index, long block) {
    pointers.putInt(index * POINTER_SIZE, (int) block);
  }

  static void clearPointer(ByteBuffer pointers, int index) {
    pointers.putInt(index * POINTER_SIZE, 0);
  }

  /** Returns an indirect block, after a check that the pointer lies inside the file system. */
  CachedBlock node(long block) throws IOException {
    requireInside(block, 1);
    return cache.get(block);
  }

  private void requireInside(long first, long count) throws CorruptionException {
    if (!geometry.containsBlocks(first, count)) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE,
          "inode " + root.inodeNumber() + " points to block " + first + " + " + count);
    }
  }

  BlockCache cache() {
    return cache;
  }

  MappingRoot root() {
    return root;
  }

  Geometry geometry() {
    return geometry;
  }
}
