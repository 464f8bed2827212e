package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.Superblock;

/**
 * The goals for the first blocks of files ({@code ext4_inode_to_goal_block}). The goal is the start
 * of the group of the inode. If at least four groups are packed together (flex_bg), the goal for
 * content of regular files is the start of the second group of the pack. There the content does not
 * mix with directories and metadata, whose goal is the start of the first group.
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
