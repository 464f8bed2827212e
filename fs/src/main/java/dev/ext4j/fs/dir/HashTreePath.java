package dev.ext4j.fs.dir;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * A path from the root of a hash tree to a leaf. It consists of an index block for each level, and
 * the position of an entry in this block.
 */
final class HashTreePath {
  private final DirectoryBlocks blocks;
  private final long hash;
  private final CachedBlock[] block;
  private final HashTreeNode[] node;
  private final long[] logicalBlock;
  private final int[] position;

  /** Finds the path to the first leaf that may hold names of a hash. */
  HashTreePath(DirectoryBlocks blocks, CachedBlock rootBlock, HashTreeNode root, long hash)
      throws IOException {
    this.blocks = blocks;
    this.hash = hash;
    int levels = root.indirectLevels() + 1;
    block = new CachedBlock[levels];
    node = new HashTreeNode[levels];
    logicalBlock = new long[levels];
    position = new int[levels];
    block[0] = rootBlock;
    node[0] = root;
    position[0] = root.find(hash);
    for (int level = 1; level < levels; level++) {
      descend(level);
      position[level] = node[level].find(hash);
    }
  }

  private void descend(int level) throws IOException {
    long child = child(level - 1);
    CachedBlock found = blocks.get(child);
    String where = blocks.describe(child);
    if (blocks.hasChecksums() && !DirectoryBlock.isHashTreeBlock(found.bytes())) {
      throw new CorruptionException(Kind.DIRECTORY, where + ": entries in an index block");
    }
    block[level] = found;
    node[level] = HashTreeNode.node(found.bytes(), blocks.hasChecksums(), where);
    logicalBlock[level] = child;
  }

  /**
   * Returns the child that the entry at a level points to. Throws if the path already contains that
   * block.
   */
  private long child(int level) throws CorruptionException {
    long child = node[level].child(position[level]);
    for (int above = 0; above <= level; above++) {
      if (logicalBlock[above] == child) {
        throw new CorruptionException(
            Kind.DIRECTORY, blocks.describe(child) + ": the hash tree goes in circles");
      }
    }
    return child;
  }

  long hash() {
    return hash;
  }

  int levels() {
    return node.length;
  }

  HashTreeNode node(int level) {
    return node[level];
  }

  /** Returns the index block that points to the leaf. */
  HashTreeNode lowest() {
    return node[node.length - 1];
  }

  int position(int level) {
    return position[level];
  }

  /** Declares a change of the index block at a level. */
  void declare(Handle handle, int level) throws IOException {
    blocks.declare(handle, block[level]);
  }

  /** Updates the checksum of the index block at a level after a change. */
  void seal(int level) {
    if (blocks.hasChecksums()) {
      node[level].seal(blocks.inode().checksumSeed());
    }
  }

  DirectoryLeaf leaf() throws IOException {
    long child = child(node.length - 1);
    return blocks.leaf(child, blocks.get(child));
  }

  /**
   * Moves the path to the next leaf if that leaf may hold names of the same hash too. Returns
   * whether the path has moved.
   */
  boolean next() throws IOException {
    int level = node.length - 1;
    while (level >= 0 && position[level] + 1 >= node[level].count()) {
      level--;
    }
    // If names of this hash continue in the next leaf, the index entry of that leaf has the same
    // hash, with the lowest bit set.
    if (level < 0 || (node[level].hash(position[level] + 1) & ~1L) != hash) {
      return false;
    }
    position[level]++;
    for (int below = level + 1; below < node.length; below++) {
      descend(below);
      position[below] = 0;
    }
    return true;
  }
}
