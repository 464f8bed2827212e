package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.Superblock;

/**
 * The goal for the first block of a file: the group of its inode. If groups are packed together
 * (flex_bg), content goes to the second group of the pack. So it does not mix with directories and
 * metadata, which are in the first group ({@code ext4_inode_to_goal_block}).
 */
public final class BlockGoals {
  private static final int SMALLEST_PACK = 4;

  private final Geometry geometry;
  private final int groupsPerFlex;

  /** Creates an object that computes the goals for a file system. */
  public BlockGoals(Geometry geometry, Superblock superblock) {
    this.geometry = geometry;
    boolean packed = geometry.features().has(IncompatFeature.FLEX_BG);
    int log = packed ? Math.min(30, superblock.view().logGroupsPerFlex()) : 0;
    this.groupsPerFlex = 1 << log;
  }

  /**
   * Returns the goal for the first block of a file.
   *
   * @param content whether the block is content of a regular file
   */
  public long firstBlock(long inodeNumber, boolean content) {
    int group = (int) ((inodeNumber - 1) / geometry.inodesPerGroup());
    if (groupsPerFlex >= SMALLEST_PACK) {
      group &= -groupsPerFlex;
      group += content ? 1 : 0;
    }
    return geometry.groupStart(group < geometry.groupCount() ? group : 0);
  }
}
