package dev.ext4j.fs.report;

import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.BlockOwner.Kind;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search for the owner of one block in inodes and mapping trees that may be damaged. It passes
 * over what it cannot understand. It visits each node of a tree at most once, so it ends whatever
 * the nodes contain.
 */
final class UncheckedOwner {
  private static final int DIRECT = 12;
  private static final int IN_INODE = 15;
  private static final int TYPE_MASK = 0xF000;
  private static final int DIRECTORY = 0x4000;
  private static final int REGULAR = 0x8000;
  private static final int LINK = 0xA000;
  private static final int BYTE = 8;

  private final Geometry geometry;
  private final UncheckedBlocks blocks;
  private final long block;
  private final Set<Long> visited = new HashSet<>();
  private final Deque<Node> pending = new ArrayDeque<>();

  /**
   * A node that is to be read.
   *
   * @param levels the number of levels below an indirect block, or 0 for a node of an extent tree
   * @param logicalBlock the first logical block below an indirect block
   */
  private record Node(long block, int levels, long logicalBlock) {}

  private UncheckedOwner(Mount mount, long block) {
    this.geometry = mount.geometry();
    this.blocks = new UncheckedBlocks(mount);
    this.block = block;
  }

  /** Returns the owner of a block, or {@link BlockOwner#NOBODY} if no inode refers to the block. */
  static BlockOwner of(Mount mount, long block) throws IOException {
    UncheckedOwner search = new UncheckedOwner(mount, block);
    for (int group = 0; group < search.geometry.groupCount(); group++) {
      BlockOwner owner = search.inGroup(group);
      if (owner != null) {
        return owner;
      }
    }
    return BlockOwner.NOBODY;
  }

  private @Nullable BlockOwner inGroup(int group) throws IOException {
    GroupDescriptorView descriptor = blocks.descriptor(group);
    long bitmapBlock = descriptor.inodeBitmapBlock();
    if (!geometry.containsBlocks(bitmapBlock, 1) || descriptor.areInodesUninitialized()) {
      return null;
    }
    ByteBuffer bitmap = blocks.metadata(bitmapBlock);
    for (int index = 0; index < geometry.inodesPerGroup(); index++) {
      if ((bitmap.get(index / BYTE) & 1 << index % BYTE) != 0) {
        long number = group * geometry.inodesPerGroup() + index + 1;
        BlockOwner owner = inInode(number);
        if (owner != null) {
          return owner;
        }
      }
    }
    return null;
  }

  private @Nullable BlockOwner inInode(long number) throws IOException {
    InodeView inode;
    try {
      inode = blocks.inodeView(number);
    } catch (Ext4Exception e) {
      return null; // the inode table lies outside
    }
    if (inode.xattrBlock() == block) {
      return BlockOwner.ofInode(Kind.XATTR, number, 0);
    }
    int type = inode.mode() & TYPE_MASK;
    boolean hasBlocks = type == REGULAR || type == DIRECTORY || type == LINK;
    if (!hasBlocks || inode.hasFlag(FileFlag.INLINE_DATA)) {
      return null;
    }
    Kind content = type == DIRECTORY ? Kind.DIRECTORY : Kind.DATA;
    pending.clear();
    BlockOwner owner = null;
    if (inode.hasFlag(FileFlag.EXTENTS)) {
      owner = inExtents(inode.blockArea(), number, content);
    } else if (type != LINK) {
      owner = inPointers(inode.blockArea(), number, content);
    }
    while (owner == null && !pending.isEmpty()) {
      Node node = pending.pop();
      ByteBuffer bytes = blocks.metadata(node.block);
      owner =
          node.levels == 0
              ? inExtents(bytes, number, content)
              : inIndirect(bytes, node, number, content);
    }
    return owner;
  }

  private @Nullable BlockOwner inExtents(ByteBuffer bytes, long number, Kind content) {
    ExtentNode node = ExtentNode.unchecked(bytes);
    if (!node.hasSoundHeader()) {
      return null;
    }
    for (int i = 0; i < node.entries(); i++) {
      if (node.depth() > 0) {
        if (node.childBlock(i) == block) {
          return BlockOwner.ofInode(Kind.TREE_NODE, number, 0);
        }
        push(node.childBlock(i), 0, 0);
      } else if (block - node.physicalBlock(i) >= 0
          && block - node.physicalBlock(i) < node.blockCount(i)) {
        long logicalBlock = node.logicalBlock(i) + (block - node.physicalBlock(i));
        return BlockOwner.ofInode(content, number, logicalBlock);
      }
    }
    return null;
  }

  private @Nullable BlockOwner inPointers(ByteBuffer area, long number, Kind content) {
    long perBlock = geometry.blockSize() / Integer.BYTES;
    long logicalBlock = 0;
    long span = 1;
    for (int i = 0; i < IN_INODE; i++) {
      long pointer = Integer.toUnsignedLong(area.getInt(i * Integer.BYTES));
      if (pointer == block) {
        return i < DIRECT
            ? BlockOwner.ofInode(content, number, i)
            : BlockOwner.ofInode(Kind.TREE_NODE, number, 0);
      }
      if (i >= DIRECT) {
        span *= perBlock;
        push(pointer, i - DIRECT + 1, logicalBlock);
      }
      logicalBlock += span;
    }
    return null;
  }

  private @Nullable BlockOwner inIndirect(ByteBuffer bytes, Node node, long number, Kind content) {
    long perBlock = geometry.blockSize() / Integer.BYTES;
    long span = 1;
    for (int level = 1; level < node.levels; level++) {
      span *= perBlock;
    }
    for (int i = 0; i < perBlock; i++) {
      long pointer = Integer.toUnsignedLong(bytes.getInt(i * Integer.BYTES));
      if (pointer == block) {
        return node.levels == 1
            ? BlockOwner.ofInode(content, number, node.logicalBlock + i)
            : BlockOwner.ofInode(Kind.TREE_NODE, number, 0);
      }
      if (node.levels > 1) {
        push(pointer, node.levels - 1, node.logicalBlock + i * span);
      }
    }
    return null;
  }

  private void push(long child, int levels, long logicalBlock) {
    if (geometry.containsBlocks(child, 1) && visited.add(child)) {
      pending.push(new Node(child, levels, logicalBlock));
    }
  }
}
