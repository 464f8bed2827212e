package dev.ext4j.fs.journal;

/**
 * The role of a changed block. A commit in place writes the roles in this order, for three reasons.
 * Space is marked as allocated before a block that is written points to it. A new node is complete
 * before its parent points to it. A parent points to a new child before the old child loses the
 * entries that have moved to the new one.
 */
public enum BlockRole {
  /** Bitmaps, group descriptors and the superblock's counters. */
  ALLOCATION,
  /** A tree node or indirect block that nothing on disk points to yet. */
  NEW,
  /** Content of a file that is overwritten in place. New content bypasses the journal. */
  DATA,
  /** A block of the inode table. */
  INODE,
  /** An index node of an extent tree, or an indirect block. */
  INDEX,
  /** A leaf of an extent tree. */
  LEAF,
  /** A block of a directory. */
  DIRECTORY,
  /** A block of extended attributes, or of the orphan file. */
  OTHER;

  /** Returns whether the block is content of a file, which is read without the block cache. */
  boolean isContent() {
    return this == DATA;
  }
}
