package dev.ext4j.fs;

import java.io.IOException;

/** Receives the nodes of a file's extent tree, parents before children, from left to right. */
public interface TreeVisitor {
  /**
   * A node.
   *
   * @param level 0 for the root in the inode, counting downwards
   * @param depth {@code eh_depth}: 0 for a leaf
   * @param physicalBlock where the node lies; 0 for the root, which lies in the inode
   * @param entryCount entries in use ({@code eh_entries})
   * @param capacity entries that fit ({@code eh_max})
   */
  void node(int level, int depth, long physicalBlock, int entryCount, int capacity)
      throws IOException;

  /** An entry of the index node announced last at this level: the subtree from a block on. */
  void index(int level, long logicalBlock, long childPhysicalBlock) throws IOException;

  /** An entry of the leaf announced last. */
  void extent(int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException;
}
