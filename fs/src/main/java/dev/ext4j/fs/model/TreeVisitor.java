package dev.ext4j.fs.model;

import java.io.IOException;

/**
 * A receiver for the nodes of a file's extent tree. Parents come before their children, and nodes
 * of one level from left to right.
 */
public interface TreeVisitor {
  /**
   * Receives a node.
   *
   * @param level 0 for the root in the inode, counting downwards
   * @param depth {@code eh_depth}: 0 for a leaf
   * @param physicalBlock the block that holds the node; 0 for the root, which is stored in the
   *     inode
   * @param entryCount entries in use ({@code eh_entries})
   * @param capacity entries that fit ({@code eh_max})
   */
  void node(int level, int depth, long physicalBlock, int entryCount, int capacity)
      throws IOException;

  /**
   * Receives an entry of the index node announced last at this level: the child that covers the
   * blocks starting at {@code logicalBlock}.
   */
  void index(int level, long logicalBlock, long childPhysicalBlock) throws IOException;

  /** Receives an entry of the leaf announced last. */
  void extent(int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException;
}
