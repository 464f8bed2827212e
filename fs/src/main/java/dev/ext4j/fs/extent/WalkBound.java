package dev.ext4j.fs.extent;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;

/**
 * Ends a walk through the blocks of a file that comes by more of them than the file system has.
 * Blocks of pointers that name each other would keep it busy over the whole address space of the
 * file, which is 16 TiB in an image of a few megabytes.
 */
public final class WalkBound {
  private final long inodeNumber;
  private long left;

  /** A bound for one walk through one file. */
  public WalkBound(long inodeNumber, Geometry geometry) {
    this.inodeNumber = inodeNumber;
    this.left = geometry.blockCount();
  }

  /**
   * Counts blocks that are mapped.
   *
   * @throws CorruptionException INODE if there are more than the file system has
   */
  public void pass(long blockCount) throws CorruptionException {
    left -= blockCount;
    if (left < 0) {
      throw new CorruptionException(
          Kind.INODE, "inode " + inodeNumber + " maps more blocks than the file system has");
    }
  }
}
