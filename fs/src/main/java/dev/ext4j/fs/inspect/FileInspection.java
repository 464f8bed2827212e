package dev.ext4j.fs.inspect;

import dev.ext4j.fs.model.MappingVisitor;
import dev.ext4j.fs.model.TreeVisitor;
import java.io.IOException;
import java.util.List;

/**
 * Inspection data of one file: the mapping of its blocks on disk and in memory, and the violations
 * of its invariants. {@link #map} and {@link #tree} hold the inode lock while they call a visitor,
 * so the visitor must not use any file system.
 */
public interface FileInspection {
  /**
   * Passes the mapping of all blocks to a visitor, including blocks beyond the end of the file.
   * Dirty pages are written back first, so no block is reported as delayed.
   */
  void map(Holes holes, MappingVisitor visitor) throws IOException;

  /**
   * Passes the nodes of the extent tree to a visitor. Passes nothing if the file has no extent
   * tree. Dirty pages are written back first.
   */
  void tree(TreeVisitor visitor) throws IOException;

  /**
   * Passes the runs of the extent status tree to a visitor. These are runs that were looked up and
   * have not been dropped since, and the delayed blocks. Nothing is read from the disk.
   */
  void status(MappingVisitor visitor) throws IOException;

  /**
   * Loads the whole mapping into the extent status tree, as {@code EXT4_IOC_PRECACHE_EXTENTS} does.
   */
  void precache() throws IOException;

  /**
   * Checks the invariants of a file at rest and returns the violations found. It checks the extent
   * tree or block map, the size and the counts, the extent status tree, and the pages in memory. It
   * waits until no operation on the file is under way, and changes nothing.
   */
  List<Violation> verify() throws IOException;

  /**
   * Returns the changes that a punch of a range would make. The operation runs on an overlay in
   * memory, so the file itself is not changed. The file system need not be open for writing. The
   * overlay contains all earlier changes. They are made durable first, except inside {@link
   * dev.ext4j.fs.Ext4FileSystem#atomically}. Other threads that change something wait until this
   * method returns.
   *
   * @param byteOffset offset of the first byte of the hole
   * @param byteCount length of the hole in bytes
   */
  PunchPlan planPunch(long byteOffset, long byteCount) throws IOException;
}
