package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A writer that makes room for one more extent. It splits full nodes, and grows the tree if
 * necessary. The tree gets the same shape as in the kernel. Entries to the right of the insertion
 * point move to the new node. A tree grows by moving the entries of the root into a block.
 *
 * <p>If entries move between nodes, the nodes that lose or gain entries are copied to new blocks
 * first, and the copies are changed. The change becomes visible when one block, the parent, is
 * changed to point to the copies. If a commit in place is interrupted at any write, no extent is
 * lost and none appears twice.
 */
final class LeafRoom {
  private final ExtentTree tree;
  private final Geometry geometry;
  private final NodeBlocks blocks;

  LeafRoom(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.geometry = tree.geometry();
    this.blocks = new NodeBlocks(tree, allocator);
  }

  /**
   * Returns the path to a leaf that has a slot for an extent at a logical block.
   *
   * @param found the path that was looked up for the block; it is returned if its leaf has room
   */
  ExtentPath makeRoom(Handle handle, ExtentPath found, long logicalBlock) throws IOException {
    for (ExtentPath path = found; ; path = tree.find(logicalBlock)) {
      if (hasRoom(path.leaf())) {
        return path;
      }
      ExtentPath next = nextSibling(path, logicalBlock);
      if (next != null) {
        copy(handle, path, path.depth());
        copy(handle, next, next.depth());
        return next;
      }
      int level = path.depth();
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

  /**
   * Returns the path to the next leaf if that leaf has room and the new extent belongs between the
   * two leaves. The position of the path is before the first extent of the next leaf. Both leaves
   * must have the same parent, because the change of one block must make both copies visible.
   * Returns null otherwise.
   */
  private @Nullable ExtentPath nextSibling(ExtentPath path, long logicalBlock) throws IOException {
    int depth = path.depth();
    if (depth == 0
        || path.position(depth) != path.leaf().entries() - 1
        || path.position(depth - 1) == path.node(depth - 1).entries() - 1) {
      return null;
    }
    ExtentPath next = tree.find(logicalBlock);
    tree.nextLeaf(next);
    next.setPosition(depth, -1);
    return hasRoom(next.leaf()) ? next : null;
  }

  /** Replaces the node at a level by a copy, unless nothing on disk points to the node yet. */
  private void copy(Handle handle, ExtentPath path, int level) throws IOException {
    CachedBlock old = Objects.requireNonNull(path.block(level));
    if (handle.isNew(old)) {
      tree.declare(handle, path, level); // an earlier handle or step may have allocated the node
      return;
    }
    CachedBlock copy = blocks.take(handle, old.number(), path::isBelow);
    copy.bytes().put(0, old.bytes(), 0, geometry.blockSize());
    ExtentNode parent = path.node(level - 1);
    int position = path.position(level - 1);
    tree.declare(handle, path, level - 1);
    parent.setIndex(position, parent.logicalBlock(position), copy.number());
    tree.seal(path, level - 1);
    blocks.free(handle, old.number());
    path.set(level, ExtentNode.unchecked(copy.bytes()), copy);
    tree.trust(copy, path.node(level).depth());
  }

  /** Returns whether a node has a slot for one more entry. */
  static boolean hasRoom(ExtentNode node) {
    return node.entries() < node.capacity();
  }

  /**
   * Splits every node below {@code level} on the path to a logical block. The node of {@code level}
   * has room.
   */
  private void split(Handle handle, ExtentPath path, int level, long logicalBlock)
      throws IOException {
    int depth = path.depth();
    // For a block before all extents of the tree, the first leaf is split after its first entry, as
    // in the kernel.
    path.setPosition(depth, Math.max(0, path.position(depth)));
    int position = path.position(depth);
    boolean atEnd = position == path.leaf().entries() - 1;
    long border = atEnd ? logicalBlock : path.leaf().logicalBlock(position + 1);
    for (int i = level + 1; i <= depth; i++) {
      copy(handle, path, i);
    }
    tree.declare(handle, path, level);
    long child = 0;
    for (int i = depth; i > level; i--) {
      ExtentNode old = path.node(i);
      CachedBlock block = blocks.take(handle, path.blockNumber(i), path::isBelow);
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
    // After a split at the end of a leaf, the new leaf is still empty. Its key is the block that
    // will be inserted.
  }

  /** Moves the entries of the root into a new block, which makes the tree one level higher. */
  private void grow(Handle handle, ExtentPath path) throws IOException {
    ExtentNode root = path.node(0);
    if (root.depth() == ExtentNode.MAX_DEPTH) {
      throw new CorruptionException(
          Kind.EXTENT_DEPTH, "inode " + tree.root().inodeNumber() + ": the tree is full");
    }
    long goal = root.depth() == 0 ? blocks.firstGoal() : root.childBlock(0);
    CachedBlock block = blocks.take(handle, goal, path::isBelow);
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
}
