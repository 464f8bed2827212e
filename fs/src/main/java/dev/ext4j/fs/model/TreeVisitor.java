package dev.ext4j.fs.model;

import java.io.IOException;

/**
 * A receiver for the nodes of a file's extent tree. A node comes before its children. Nodes of one
 * level come from left to right.
 */
public interface TreeVisitor {
  /**
   * Receives a node.
   *
   * @param level the level of the node: 0 for the root in the inode, and one more for each step
   *     down
   * @param depth the field {@code eh_depth}, which is 0 in a leaf
   * @param physicalBlock the block that holds the node, or 0 for the root, which is stored in the
   *     inode
   * @param entryCount number of entries in use ({@code eh_entries})
   * @param capacity number of entries that fit ({@code eh_max})
   */
  void node(int level, int depth, long physicalBlock, int entryCount, int capacity)
      throws IOException;

  /**
   * Receives an entry of the index node that was passed last at this level. The entry points to the
   * child that maps the blocks at and after {@code logicalBlock}.
   */
  void index(int level, long logicalBlock, long childPhysicalBlock) throws IOException;

  /** Receives an entry of the leaf that was passed last. */
  void extent(int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException;
}
