package dev.ext4j.fs.inode;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of inode numbers, as a bit each in the groups that have any. It takes no more room than the
 * inodes themselves take on the device, whatever numbers an image names.
 */
public final class OrphanNumbers {
  private final Map<Long, BitSet> groups = new HashMap<>();
  private final long inodesPerGroup;

  /** An empty set. */
  public OrphanNumbers(long inodesPerGroup) {
    this.inodesPerGroup = inodesPerGroup;
  }

  /** Adds a number, which is not 0; false if it was there already. */
  public boolean add(long inodeNumber) {
    BitSet group = groups.computeIfAbsent((inodeNumber - 1) / inodesPerGroup, g -> new BitSet());
    int index = (int) ((inodeNumber - 1) % inodesPerGroup);
    if (group.get(index)) {
      return false;
    }
    group.set(index);
    return true;
  }
}
