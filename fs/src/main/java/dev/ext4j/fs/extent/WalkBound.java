package dev.ext4j.fs.extent;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;

/**
 * A bound that ends a walk through the blocks of a file if the walk passes more blocks than the
 * file system has. Without the bound, if indirect blocks point to each other, a walk would pass the
 * whole address space of the file. This can be 16 TiB in an image of a few megabytes.
 */
public final class WalkBound {
  private final long inodeNumber;
  private long left;

  /** Creates a bound for one walk through one file. No block has been counted yet. */
  public WalkBound(long inodeNumber, Geometry geometry) {
    this.inodeNumber = inodeNumber;
    this.left = geometry.blockCount();
  }

  /**
   * Counts mapped blocks.
   *
   * @throws CorruptionException with INODE if the file maps more blocks than the file system has
   */
  public void pass(long blockCount) throws CorruptionException {
    left -= blockCount;
    if (left < 0) {
      throw new CorruptionException(
          Kind.INODE, "inode " + inodeNumber + " maps more blocks than the file system has");
    }
  }
}
