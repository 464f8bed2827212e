package dev.ext4j.fs.inode;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of inode numbers, stored as one bit for each, in the groups that have any. The set takes no
 * more memory than the inodes take on the device, even with arbitrary numbers in a damaged image.
 */
public final class OrphanNumbers {
  private final Map<Long, BitSet> groups = new HashMap<>();
  private final long inodesPerGroup;

  /** Creates an empty set. */
  public OrphanNumbers(long inodesPerGroup) {
    this.inodesPerGroup = inodesPerGroup;
  }

  /** Adds a number, which is not 0. Returns false if the set has it already. */
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
