package dev.ext4j.fs.journal;

/**
 * What a changed block is. A commit in place writes the roles in this order: space is marked as
 * taken before something points to it, new nodes are complete before their parents name them, and a
 * parent names a new child before the old child gives up what has moved there.
 */
public enum BlockRole {
  /** Bitmaps, group descriptors and the superblock's counters. */
  ALLOCATION,
  /** A tree node or indirect block that nothing on disk points to yet. */
  NEW,
  /** Content of a file that is changed where it lies. New content goes past the journal. */
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

  /** Whether it is content of files, which is read past the cache. */
  boolean isContent() {
    return this == DATA;
  }
}
