package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.Groups;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;

/**
 * A check of the group descriptors. It checks their checksums, and the positions of the bitmaps and
 * inode tables to which they point. It also chooses a copy of the descriptors that can be used.
 */
final class GroupCheck {
  private static final int UNINIT_FLAGS = 3; // EXT4_BG_INODE_UNINIT | EXT4_BG_BLOCK_UNINIT

  private final CheckedImage image;
  private final ProblemLog log;
  private final boolean anywhere;

  GroupCheck(CheckedImage image, ProblemLog log) {
    this.image = image;
    this.log = log;
    this.anywhere = image.geometry().features().has(IncompatFeature.FLEX_BG);
  }

  /**
   * Returns the descriptors of the superblock in use. If these are the primary descriptors and they
   * point outside the file system, returns the first backup of the descriptors that does not, if
   * there is one.
   */
  Groups choose() throws IOException {
    Groups groups = Groups.read(image, image.superblockBlock());
    if (groups.areInside() || !image.isPrimary()) {
      return groups;
    }
    Geometry geometry = image.geometry();
    long deviceBlocks = image.device().size() >>> geometry.blockSizeBits();
    int last = Math.min(geometry.groupCount(), geometry.descriptorsPerBlock() * 64) - 1;
    for (int group = 1; group <= last; group++) {
      // Beyond the end of a device that is too short, reads return zeros.
      if (geometry.hasSuperblock(group) && geometry.groupStart(group) < deviceBlocks) {
        Groups backup = Groups.read(image, geometry.groupStart(group));
        if (backup.areInside()) {
          log.add(Problem.of(ProblemCode.DESCRIPTORS_UNUSABLE).block(geometry.groupStart(group)));
          return backup;
        }
      }
    }
    return groups;
  }

  void run(Groups groups) {
    for (int group = 0; group < groups.count(); group++) {
      check(groups, group, groups.descriptor(group));
    }
  }

  private void check(Groups groups, int group, GroupDescriptorView descriptor) {
    Geometry geometry = image.geometry();
    place(ProblemCode.BLOCK_BITMAP_PLACE, group, descriptor.blockBitmapBlock(), 1);
    place(ProblemCode.INODE_BITMAP_PLACE, group, descriptor.inodeBitmapBlock(), 1);
    place(
        ProblemCode.INODE_TABLE_PLACE,
        group,
        descriptor.inodeTableBlock(),
        image.inodeTableBlocks());
    if (!geometry.hasDescriptorChecksums()) {
      if ((descriptor.rawFlags() & UNINIT_FLAGS) != 0 || descriptor.unusedInodes() != 0) {
        log.add(Problem.of(ProblemCode.DESCRIPTOR_FLAGS).group(group).found(descriptor.rawFlags()));
      }
      return;
    }
    if (!descriptor.isChecksumValid()) {
      int found = descriptor.rawChecksum();
      log.add(Problem.of(ProblemCode.DESCRIPTOR_CHECKSUM).group(group).found(found));
      groups.distrust(group);
    }
    boolean last = group == geometry.groupCount() - 1;
    if (last && descriptor.isBlockBitmapUninitialized()) {
      log.add(Problem.of(ProblemCode.DESCRIPTOR_FLAGS).group(group).found(descriptor.rawFlags()));
    }
    if (descriptor.unusedInodes() > geometry.inodesPerGroup()
        || descriptor.unusedInodes() > descriptor.freeInodes()) {
      log.add(
          Problem.of(ProblemCode.UNUSED_INODES_WRONG)
              .group(group)
              .found(descriptor.unusedInodes()));
    }
  }

  private void place(ProblemCode code, int group, long block, long count) {
    Geometry geometry = image.geometry();
    long start = anywhere ? 0 : geometry.groupStart(group);
    boolean inside =
        anywhere
            ? image.contains(block, count)
            : block >= start && block + count <= start + geometry.blocksIn(group);
    if (!inside) {
      log.add(Problem.of(code).group(group).block(block));
    }
  }
}
