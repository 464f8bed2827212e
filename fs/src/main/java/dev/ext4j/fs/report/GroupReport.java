package dev.ext4j.fs.report;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inspect.GroupInfo;
import dev.ext4j.fs.inspect.GroupInfo.Run;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.structure.GroupDescriptorDump;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The list of block groups, as their descriptors describe them. */
final class GroupReport {
  private final Mount mount;
  private final Geometry geometry;
  private final UncheckedBlocks blocks;

  GroupReport(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.blocks = new UncheckedBlocks(mount);
  }

  /** Passes all groups to a visitor. */
  void visit(GroupInfo.Visitor visitor) throws IOException {
    for (int group = 0; group < geometry.groupCount(); group++) {
      visitor.group(info(group));
    }
  }

  /** Returns the blocks with backups of the superblock. */
  List<Long> backups() {
    List<Long> backups = new ArrayList<>();
    for (int group = 1; group < geometry.groupCount(); group++) {
      if (geometry.hasSuperblock(group)) {
        backups.add(geometry.groupStart(group));
      }
    }
    return backups;
  }

  private GroupInfo info(int group) throws IOException {
    GroupDescriptorView view = blocks.descriptor(group);
    long firstBlock = geometry.groupStart(group);
    long start = firstBlock + (isShifted(group) ? 1 : 0);
    boolean hasSuperblock = geometry.hasSuperblock(group);
    long afterSuperblock = start + (hasSuperblock ? 1 : 0);
    long rest = geometry.baseMetadataBlocks(group) - (hasSuperblock ? 1 : 0);
    long descriptorCount = Math.min(rest, descriptorBlocks(group));
    return new GroupInfo(
        group,
        firstBlock,
        firstBlock + geometry.blocksIn(group) - 1,
        hasSuperblock ? start : -1,
        run(afterSuperblock, descriptorCount),
        run(afterSuperblock + descriptorCount, rest - descriptorCount),
        view.blockBitmapBlock(),
        view.inodeBitmapBlock(),
        run(view.inodeTableBlock(), mount.groups().inodeTableBlocks()),
        GroupDescriptorDump.flagNames(view.rawFlags()),
        view.freeClusters() << geometry.clusterRatioBits(),
        view.freeInodes(),
        view.usedDirectories(),
        view.unusedInodes(),
        view.rawChecksum(),
        problems(view));
  }

  /** Returns whether the superblock is in the second block of a group, as in some group 0. */
  private boolean isShifted(int group) {
    return group == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10;
  }

  private long descriptorBlocks(int group) {
    if (!geometry.features().has(IncompatFeature.META_BG)) {
      return geometry.descriptorBlocks();
    }
    boolean inMetaGroup = group / geometry.descriptorsPerBlock() >= geometry.firstMetaGroup();
    return inMetaGroup ? 1 : Math.min(geometry.descriptorBlocks(), geometry.firstMetaGroup());
  }

  private List<String> problems(GroupDescriptorView view) {
    List<String> problems = new ArrayList<>();
    if (!view.isChecksumValid()) {
      problems.add("the checksum does not match");
    }
    if (!geometry.containsBlocks(view.blockBitmapBlock(), 1)) {
      problems.add("the block bitmap lies outside");
    }
    if (!geometry.containsBlocks(view.inodeBitmapBlock(), 1)) {
      problems.add("the inode bitmap lies outside");
    }
    if (!geometry.containsBlocks(view.inodeTableBlock(), mount.groups().inodeTableBlocks())) {
      problems.add("the inode table lies outside");
    }
    return problems;
  }

  private static Run run(long first, long count) {
    return count <= 0 ? Run.NONE : new Run(first, count);
  }
}
