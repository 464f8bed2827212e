package dev.ext4j.fs.inode;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A set of inode numbers. It has one bit for each inode of a group, but only for groups of which a
 * number is in the set. The set takes no more memory than the inodes take on the device, even with
 * arbitrary numbers in a damaged image.
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
