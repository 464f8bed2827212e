package dev.ext4j.fs.extent;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * A writer to an extent tree that inserts extents, splits them, and changes their state. {@link
 * LeafRoom} splits full nodes. {@link ExtentMerge} merges adjacent extents where the kernel does
 * so.
 */
public final class ExtentInsertion {
  private final ExtentTree tree;
  private final LeafRoom room;
  private final ExtentMerge merge;

  /** Creates an object that changes one tree and allocates its new nodes. */
  public ExtentInsertion(ExtentTree tree, BlockAllocator allocator) {
    this.tree = tree;
    this.room = new LeafRoom(tree, allocator);
    this.merge = new ExtentMerge(tree, allocator);
  }

  /**
   * Returns the largest number of blocks that one {@link #splitAt}, {@link #insert} or {@link #add}
   * changes in a tree of the given depth. These are the path and the inode, a copy and a new node
   * for each level, and one node for growth. In addition there are the superblock, and the bitmaps
   * and descriptors of the new nodes and of the nodes that the copies replace.
   */
  public static int credits(int depth) {
    int path = depth + 2;
    int taken = 2 * depth + 1;
    int superblock = 1;
    return path + taken + superblock + BlockAllocator.CREDITS_PER_GROUP * (taken + depth);
  }

  /**
   * Returns the largest number of blocks that one {@link #convert} changes, with its two splits.
   */
  public static int creditsToConvert(int depth) {
    return credits(depth) + credits(depth + 1);
  }

  /**
   * Makes a logical block the first one of an extent. If the block lies inside an extent, that
   * extent becomes two extents of the same state, which are not merged again.
   */
  public void splitAt(Handle handle, long logicalBlock) throws IOException {
    ExtentPath path = tree.find(logicalBlock);
    ExtentNode leaf = path.leaf();
    int i = path.position(path.depth());
    if (i < 0 || leaf.logicalBlock(i) == logicalBlock || leaf.logicalEnd(i) <= logicalBlock) {
      return;
    }
    long start = leaf.logicalBlock(i);
    int leftCount = (int) (logicalBlock - start);
    int rightCount = leaf.blockCount(i) - leftCount;
    long leftPhysical = leaf.physicalBlock(i);
    boolean unwritten = leaf.isUnwritten(i);

    ExtentPath place = room.makeRoom(handle, path, logicalBlock);
    ExtentPath left = tree.find(start);
    int depth = left.depth();
    tree.declare(handle, left, depth);
    left.leaf().setExtent(left.position(depth), start, leftPhysical, leftCount, unwritten);
    tree.seal(left, depth);
    insertAt(handle, place, logicalBlock, leftPhysical + leftCount, rightCount, unwritten);
    tree.seal(place, place.depth());
  }

  /**
   * Inserts a separate extent for blocks that are not mapped. It is not merged with adjacent
   * extents.
   */
  public void insert(
      Handle handle, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    insert(handle, tree.find(logicalBlock), logicalBlock, physicalBlock, blockCount, unwritten);
  }

  /**
   * Same as {@link #insert(Handle, long, long, int, boolean)}, but the caller has looked up the
   * path.
   *
   * @param path the path that was looked up for the block; it is invalid afterwards
   */
  public void insert(
      Handle handle,
      ExtentPath path,
      long logicalBlock,
      long physicalBlock,
      int blockCount,
      boolean unwritten)
      throws IOException {
    ExtentPath place = room.makeRoom(handle, path, logicalBlock);
    insertAt(handle, place, logicalBlock, physicalBlock, blockCount, unwritten);
    tree.seal(place, place.depth());
  }

  /**
   * Same as {@link #add(Handle, ExtentPath, long, long, int, boolean)}, but looks up the path
   * itself.
   */
  public void add(
      Handle handle, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    add(handle, tree.find(logicalBlock), logicalBlock, physicalBlock, blockCount, unwritten);
  }

  /**
   * Maps blocks that are not mapped yet. If the extent before or after them is adjacent on the
   * device too, and has the same state, it is extended.
   *
   * @param path the path that was looked up for the block; it is invalid afterwards
   */
  public void add(
      Handle handle,
      ExtentPath path,
      long logicalBlock,
      long physicalBlock,
      int blockCount,
      boolean unwritten)
      throws IOException {
    ExtentNode leaf = path.leaf();
    int depth = path.depth();
    int before = path.position(depth);
    int behind = before + 1;
    if (before >= 0
        && ExtentMerge.continues(
            leaf, before, logicalBlock, physicalBlock, blockCount, unwritten)) {
      tree.declare(handle, path, depth);
      leaf.setExtent(
          before,
          leaf.logicalBlock(before),
          leaf.physicalBlock(before),
          leaf.blockCount(before) + blockCount,
          unwritten);
      merge.around(handle, path, before);
    } else if (behind < leaf.entries()
        && ExtentMerge.precedes(leaf, behind, logicalBlock, physicalBlock, blockCount, unwritten)) {
      tree.declare(handle, path, depth);
      int together = leaf.blockCount(behind) + blockCount;
      leaf.setExtent(behind, logicalBlock, physicalBlock, together, unwritten);
      if (behind == 0) {
        lowerKeys(handle, path, logicalBlock);
      }
      merge.around(handle, path, behind);
    } else {
      ExtentPath place = room.makeRoom(handle, path, logicalBlock);
      insertAt(handle, place, logicalBlock, physicalBlock, blockCount, unwritten);
      merge.around(handle, place, place.position(place.depth()) + 1);
    }
  }

  /**
   * Changes the state of the blocks starting at {@code logicalBlock}, up to the end of its extent.
   * The extent is split so that only these blocks change. The extent of the changed blocks is
   * merged with adjacent extents of the same state.
   *
   * @return the number of blocks that have the new state, from 1 to {@code maxCount}
   * @throws CorruptionException with EXTENT_NODE if the first block is not mapped or has the new
   *     state already. The caller has looked up the other state before. Therefore an operation on
   *     another file must have changed the same node
   */
  public int convert(Handle handle, long logicalBlock, long maxCount, boolean unwritten)
      throws IOException {
    return convert(handle, tree.find(logicalBlock), logicalBlock, maxCount, unwritten);
  }

  /**
   * Same as {@link #convert(Handle, long, long, boolean)}, but the caller has looked up the path.
   *
   * @param found the path to the first block; the path is invalid afterwards
   */
  public int convert(
      Handle handle, ExtentPath found, long logicalBlock, long maxCount, boolean unwritten)
      throws IOException {
    ExtentPath path = found;
    int i = path.position(path.depth());
    if (i < 0
        || path.leaf().logicalEnd(i) <= logicalBlock
        || path.leaf().isUnwritten(i) == unwritten) {
      throw new CorruptionException(
          Kind.EXTENT_NODE,
          "inode "
              + tree.root().inodeNumber()
              + ": the mapping of block "
              + logicalBlock
              + " has changed: a node of the tree belongs to another file, too");
    }
    int most = unwritten ? ExtentNode.MAX_UNWRITTEN_LENGTH : ExtentNode.MAX_WRITTEN_LENGTH;
    long end = Math.min(path.leaf().logicalEnd(i), logicalBlock + Math.min(maxCount, most));
    if (end < path.leaf().logicalEnd(i) || logicalBlock > path.leaf().logicalBlock(i)) {
      splitAt(handle, end);
      splitAt(handle, logicalBlock);
      path = tree.find(logicalBlock);
    }
    int depth = path.depth();
    ExtentNode leaf = path.leaf();
    i = path.position(depth);
    tree.declare(handle, path, depth);
    leaf.setExtent(i, logicalBlock, leaf.physicalBlock(i), leaf.blockCount(i), unwritten);
    merge.around(handle, path, i);
    return (int) (end - logicalBlock);
  }

  /** Inserts an extent into a leaf that has room. The caller updates the checksum of the leaf. */
  private void insertAt(
      Handle handle,
      ExtentPath place,
      long logicalBlock,
      long physicalBlock,
      int blockCount,
      boolean unwritten) {
    int depth = place.depth();
    int at = place.position(depth) + 1;
    ExtentNode leaf = place.leaf();
    tree.declare(handle, place, depth);
    leaf.openSlot(at);
    leaf.setExtent(at, logicalBlock, physicalBlock, blockCount, unwritten);
    if (at == 0) {
      lowerKeys(handle, place, logicalBlock);
    }
  }

  /** Lowers the keys in the nodes above a leaf whose first extent now begins at a lower block. */
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
