package dev.ext4j.fs.inspect;

import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.TreeVisitor;
import java.io.IOException;
import java.util.List;

/**
 * Inspection data of one file: the mapping of its blocks on disk and in memory, and whether its
 * structures agree. Visitors of {@link #map} and {@link #tree} are called with the inode lock held,
 * so they must not use any file system themselves.
 */
public interface FileInspection {
  /**
   * Walks the mapping of all blocks, including blocks beyond the end of the file. Dirty pages are
   * written back first, so no block is reported as delayed.
   */
  void map(Holes holes, MappingVisitor visitor) throws IOException;

  /**
   * Walks the nodes of the extent tree. A file without an extent tree has no nodes to visit. Dirty
   * pages are written back first.
   */
  void tree(TreeVisitor visitor) throws IOException;

  /**
   * Walks the cached mapping: runs that were looked up and not dropped since, and delayed blocks.
   * Nothing is read from the disk.
   */
  void status(MappingVisitor visitor) throws IOException;

  /** Loads the whole mapping into memory, as {@code EXT4_IOC_PRECACHE_EXTENTS} does. */
  void precache() throws IOException;

  /**
   * Checks the invariants of a file at rest and returns the violations found. It checks the extent
   * tree or block map, the size and the counts, the extent status tree, and the pages in memory. It
   * waits for operations on the file to end, and changes nothing.
   */
  List<Violation> verify() throws IOException;

  /**
   * Returns what a punch of a range would change. The operation runs on an overlay in memory over
   * the device; the file itself is not changed. The file system need not be open for writing. The
   * overlay contains all earlier changes. They are made durable first, except inside {@link
   * dev.ext4j.fs.Ext4FileSystem#atomically}. Other threads that change something wait until this
   * method returns.
   *
   * @param byteOffset offset of the first byte of the hole
   * @param byteCount length of the hole in bytes
   */
  PunchPlan planPunch(long byteOffset, long byteCount) throws IOException;
}
