package dev.ext4j.fs.extent;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.TreeVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The extent tree of one file. This class looks up blocks. It also has the methods that are shared
 * by the classes that change the tree. Callers hold the tree lock of the inode. When a node is
 * read, its fields are checked by themselves and against its parent. Therefore a walk ends even in
 * a damaged image. The depth falls by one with each level, and each step to the right begins at or
 * after the end of the previous one.
 */
public final class ExtentTree {
  /** The upper bound of logical blocks: each is below 2^32 - 1 ({@code EXT_MAX_BLOCKS}). */
  public static final long MAX_BLOCKS = 0xFFFFFFFFL;

  private static final long VERIFIED = 2L << 60;

  private final MappingRoot root;
  private final Geometry geometry;
  private final BlockCache cache;

  /** Creates an object for the extent tree of an inode. */
  public ExtentTree(MappingRoot root, Geometry geometry, BlockCache cache) {
    this.root = root;
    this.geometry = geometry;
    this.cache = cache;
  }

  /** Writes an empty tree into an inode's {@code i_block}. */
  public static void initialize(MappingRoot root) {
    ExtentNode.create(root.area(), 0, ExtentNode.capacityOfRoot());
  }

  /** Returns whether an {@code i_block} begins like an extent tree. */
  public static boolean isThere(ByteBuffer area) {
    return ExtentNode.isNode(area);
  }

  /** Returns the depth, which is the number of levels below the root. */
  public int depth() throws CorruptionException {
    ExtentNode node = ExtentNode.unchecked(root.area());
    return node.hasSoundHeader() ? node.depth() : rootNode().depth(); // this call throws
  }

  /** The largest number of blocks that a step changes, as a function of the depth of the tree. */
  @FunctionalInterface
  public interface CreditsOfStep {
    /** Returns the number for a tree of the given depth. */
    int of(int depth);
  }

  /**
   * Same as {@link Handle#ensureCredits}, but for a step whose credits depend on the depth of the
   * tree. Another thread may change the depth during a restart.
   */
  public void ensureCredits(Handle handle, CreditsOfStep credits, Handle.RestartGate gate)
      throws IOException {
    for (int known = -1; known < depth(); ) {
      known = depth();
      handle.ensureCredits(credits.of(known), gate);
    }
  }

  /** Returns the logical block after the last extent, or 0 for an empty tree. */
  public long end() throws IOException {
    Mapping last = lastAtOrBefore(MAX_BLOCKS - 1);
    return last == null ? 0 : last.logicalEnd();
  }

  /** Returns the mapping of a logical block, from the block to the end of its extent or hole. */
  public Mapping lookup(long logicalBlock) throws IOException {
    return find(logicalBlock).mapping(logicalBlock);
  }

  /** The leaves that a look-up passes as a whole to its visitor. */
  public enum Shown {
    /** No leaf. */
    NONE,
    /**
     * A leaf if a node on its path had to be verified. Also the root in the inode if it is the
     * leaf, because it needs no read.
     */
    FRESH,
    /** Every leaf. */
    ALL
  }

  /**
   * Same as {@link #lookup(long)}, but may also pass the whole leaf to a visitor.
   *
   * @param shown the leaves that are passed to the visitor
   * @param visitor the visitor of the extents of the leaf, and of the holes between them
   */
  public Mapping lookup(long logicalBlock, Shown shown, MappingVisitor visitor) throws IOException {
    ExtentPath path = find(logicalBlock);
    boolean whole = path.depth() == 0 || path.isFresh();
    if (shown == Shown.ALL || (shown == Shown.FRESH && whole)) {
      show(path.leaf(), visitor);
    }
    return path.mapping(logicalBlock);
  }

  private static void show(ExtentNode leaf, MappingVisitor visitor) throws IOException {
    int entries = leaf.entries();
    for (int i = 0; i < entries; i++) {
      long end = i == 0 ? leaf.logicalBlock(0) : leaf.logicalEnd(i - 1);
      if (leaf.logicalBlock(i) > end) {
        visitor.visit(end, 0, leaf.logicalBlock(i) - end, State.HOLE);
      }
      visitor.visit(
          leaf.logicalBlock(i),
          leaf.physicalBlock(i),
          leaf.blockCount(i),
          leaf.isUnwritten(i) ? State.UNWRITTEN : State.WRITTEN);
    }
  }

  /**
   * The extents on both sides of a block that is not mapped.
   *
   * @param left the extent that ends at or before the block, or null
   * @param right the extent that begins after the block, or null
   */
  public record Neighbours(@Nullable Mapping left, @Nullable Mapping right) {
    /** Returns whether the left extent ends directly before a block. */
    public boolean leftTouches(long logicalBlock) {
      return left != null && left.logicalEnd() == logicalBlock;
    }

    /** Returns the one of the two extents that maps a block of a logical cluster, or null. */
    public @Nullable Mapping inCluster(long cluster, int clusterRatioBits) {
      if (left != null && (left.logicalEnd() - 1) >>> clusterRatioBits == cluster) {
        return left;
      }
      boolean rightOne = right != null && right.logicalBlock() >>> clusterRatioBits == cluster;
      return rightOne ? right : null;
    }
  }

  /**
   * Returns the extents on both sides of a block that is not mapped.
   *
   * @param path the path that was looked up for the block
   */
  public Neighbours neighbours(ExtentPath path, long logicalBlock) throws IOException {
    int position = path.position(path.depth());
    Mapping left = position >= 0 ? path.extent(position) : lastAtOrBefore(logicalBlock);
    Mapping right = null;
    if (position + 1 < path.leaf().entries()) {
      right = path.extent(position + 1);
    } else {
      ExtentPath next = find(logicalBlock);
      right = nextLeaf(next) ? next.extent(0) : null;
    }
    return new Neighbours(left, right);
  }

  /** Returns the last extent that begins at or before a logical block, or null. */
  @Nullable Mapping lastAtOrBefore(long logicalBlock) throws IOException {
    long at = logicalBlock;
    while (at >= 0) {
      ExtentPath path = find(at);
      int position = path.position(path.depth());
      if (position >= 0) {
        return path.extent(position);
      }
      at = keyAtOrBefore(path, at) - 1;
    }
    return null;
  }

  /**
   * Returns the key of the entry through which a path came to its leaf; 0 at the left edge of the
   * tree. The key may be lower than the first extent of the leaf. Blocks below the key are mapped
   * by other leaves.
   */
  static long keyAtOrBefore(ExtentPath path, long logicalBlock) {
    for (int level = path.depth() - 1; level >= 0; level--) {
      long key = path.node(level).logicalBlock(path.position(level));
      if (key <= logicalBlock) {
        return key;
      }
    }
    return 0;
  }

  /**
   * Passes all extents to a visitor from left to right, beginning with the one that holds or
   * follows a block.
   */
  public void walk(long fromLogicalBlock, MappingVisitor visitor) throws IOException {
    ExtentPath path = find(fromLogicalBlock);
    LeafPrefetch prefetch = new LeafPrefetch(cache);
    int depth = path.depth();
    int first = Math.max(0, path.position(depth));
    WalkBound bound = new WalkBound(root.inodeNumber(), geometry);
    do {
      prefetch.ahead(path);
      ExtentNode leaf = path.leaf();
      int entries = leaf.entries();
      for (int i = first; i < entries; i++) {
        bound.pass(leaf.blockCount(i));
        if (leaf.logicalEnd(i) > fromLogicalBlock
            && !visitor.visit(
                leaf.logicalBlock(i),
                leaf.physicalBlock(i),
                leaf.blockCount(i),
                leaf.isUnwritten(i) ? State.UNWRITTEN : State.WRITTEN)) {
          return;
        }
      }
      first = 0;
    } while (nextLeaf(path));
  }

  /** Passes every node and every entry to a visitor. */
  public void visit(TreeVisitor visitor) throws IOException {
    ExtentPath path = find(0);
    int depth = path.depth();
    int changed = 0;
    do {
      for (int level = Math.max(0, changed - 1); level <= depth; level++) {
        announce(visitor, path, level);
        if (level < depth) {
          int position = path.position(level);
          ExtentNode node = path.node(level);
          visitor.index(level, node.logicalBlock(position), node.childBlock(position));
        }
      }
      ExtentNode leaf = path.leaf();
      for (int i = 0; i < leaf.entries(); i++) {
        visitor.extent(
            depth,
            leaf.logicalBlock(i),
            leaf.physicalBlock(i),
            leaf.blockCount(i),
            leaf.isUnwritten(i));
      }
      changed = advance(path);
    } while (changed > 0);
  }

  private static void announce(TreeVisitor visitor, ExtentPath path, int level) throws IOException {
    // A node is passed to the visitor once, when the walk reaches its first entry.
    if (level == path.depth() || path.position(level) == 0) {
      ExtentNode node = path.node(level);
      visitor.node(
          level,
          node.depth(),
          level == 0 ? 0 : path.blockNumber(level),
          node.entries(),
          node.capacity());
    }
  }

  /**
   * Returns the path to the leaf that holds a logical block or would hold it. The position in the
   * leaf is that of the last extent that begins at or before the block, or -1.
   */
  public ExtentPath find(long logicalBlock) throws IOException {
    ExtentNode node = rootNode();
    ExtentPath path = new ExtentPath(node.depth());
    path.set(0, node, null);
    for (int level = 0; level < path.depth(); level++) {
      int position = Math.max(0, path.node(level).find(logicalBlock));
      descend(path, level, position);
    }
    path.setPosition(path.depth(), path.leaf().find(logicalBlock));
    return path;
  }

  /** Moves a path to the first entry of the next leaf. Returns false at the end of the tree. */
  boolean nextLeaf(ExtentPath path) throws IOException {
    return advance(path) > 0;
  }

  /**
   * Same as {@link #nextLeaf}, but returns the level that changed.
   *
   * @return one more than the topmost level whose entry changed; 0 at the end of the tree
   */
  int advance(ExtentPath path) throws IOException {
    for (int level = path.depth() - 1; level >= 0; level--) {
      if (path.position(level) + 1 < path.node(level).entries()) {
        descend(path, level, path.position(level) + 1);
        for (int below = level + 1; below < path.depth(); below++) {
          descend(path, below, 0);
        }
        path.setPosition(path.depth(), 0);
        return level + 1;
      }
    }
    return 0;
  }

  private void descend(ExtentPath path, int level, int position) throws IOException {
    path.setPosition(level, position);
    ExtentNode parent = path.node(level);
    long child = parent.childBlock(position);
    CachedBlock block = cache.get(child);
    long purpose = VERIFIED | root.inodeNumber() << 8 | path.depth() - level;
    if (!block.isVerifiedAs(purpose)) {
      verifyChild(block, parent, position, path.upperBound(level + 1));
      path.setFresh();
      block.setVerifiedAs(purpose);
    }
    path.set(level + 1, ExtentNode.unchecked(block.bytes()), block);
  }

  private void verifyChild(CachedBlock block, ExtentNode parent, int position, long upperBound)
      throws CorruptionException {
    ExtentNode node = ExtentNode.verify(block.bytes(), geometry, () -> describe(block.number()));
    if (geometry.hasMetadataChecksums() && !node.isChecksumValid(root.checksumSeed())) {
      throw new CorruptionException(
          Kind.EXTENT_NODE_CHECKSUM, describe(block.number()) + ": checksum does not match");
    }
    if (node.depth() != parent.depth() - 1) {
      throw new CorruptionException(
          Kind.EXTENT_DEPTH,
          describe(block.number()) + ": depth " + node.depth() + " below depth " + parent.depth());
    }
    int last = node.entries() - 1;
    if (last < 0) {
      throw new CorruptionException(Kind.EXTENT_NODE, describe(block.number()) + ": no entries");
    }
    long end = node.depth() == 0 ? node.logicalEnd(last) : node.logicalBlock(last) + 1;
    if (node.logicalBlock(0) < parent.logicalBlock(position) || end > upperBound) {
      throw new CorruptionException(
          Kind.EXTENT_ORDER,
          describe(block.number())
              + ": covers blocks "
              + node.logicalBlock(0)
              + " to "
              + (end - 1)
              + " outside what its parent gives it");
    }
  }

  private ExtentNode rootNode() throws CorruptionException {
    ExtentNode node = ExtentNode.ifSound(root.area(), geometry);
    if (node == null || (node.depth() > 0 && node.entries() == 0)) {
      throw unsoundRoot();
    }
    return node;
  }

  private CorruptionException unsoundRoot() throws CorruptionException {
    String where = "extent root of inode " + root.inodeNumber();
    ExtentNode.verify(root.area(), geometry, () -> where);
    return new CorruptionException(Kind.EXTENT_NODE, where + ": no entries");
  }

  /** Declares a change of the node at a level. */
  void declare(Handle handle, ExtentPath path, int level) {
    CachedBlock block = path.block(level);
    if (block == null) {
      root.declare(handle);
    } else {
      handle.declare(block, level == path.depth() ? BlockRole.LEAF : BlockRole.INDEX);
      handle.remember(root);
    }
  }

  /** Updates the checksum of the node at a level after a change. */
  void seal(ExtentPath path, int level) {
    if (path.block(level) == null) {
      root.seal();
    } else {
      seal(path.node(level));
    }
  }

  /** Updates the checksum of a changed node that is in a block, not in the inode. */
  void seal(ExtentNode node) {
    if (geometry.hasMetadataChecksums()) {
      node.seal(root.checksumSeed());
    }
  }

  /** Marks a block as verified, because this code has created the node of this tree in it. */
  void trust(CachedBlock block, int depth) {
    block.setVerifiedAs(VERIFIED | root.inodeNumber() << 8 | depth + 1);
  }

  MappingRoot root() {
    return root;
  }

  Geometry geometry() {
    return geometry;
  }

  BlockCache cache() {
    return cache;
  }

  private String describe(long block) {
    return "extent node in block " + block + " of inode " + root.inodeNumber();
  }
}
