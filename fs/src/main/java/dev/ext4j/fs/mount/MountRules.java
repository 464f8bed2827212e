package dev.ext4j.fs.mount;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;

/**
 * Fields of the superblock for which the kernel refuses a mount (seen on Linux 6.18), beyond those
 * without which nothing can be read at all: such a file system is shown, but not written to.
 */
final class MountRules {
  private static final int LARGEST_FLEX_SHIFT = 31;
  private static final int BASE_INODE = 128;

  private final SuperblockView view;
  private final Geometry geometry;

  private MountRules(SuperblockView view, Geometry geometry) {
    this.view = view;
    this.geometry = geometry;
  }

  /**
   * Checks a superblock.
   *
   * @throws CorruptionException SUPERBLOCK naming the first field that the kernel would refuse
   */
  static void check(SuperblockView view, Geometry geometry) throws CorruptionException {
    new MountRules(view, geometry).run();
  }

  private void run() throws CorruptionException {
    require("s_log_groups_per_flex", view.logGroupsPerFlex(), 0, LARGEST_FLEX_SHIFT);
    require(
        "s_first_ino", geometry.firstInode(), SuperblockView.FIRST_INODE, geometry.inodeCount());
    require(
        "s_reserved_gdt_blocks",
        geometry.reservedDescriptorBlocks(),
        0,
        geometry.blockSize() / Integer.BYTES);
    if (!geometry.features().has(RoCompatFeature.BIGALLOC)) {
      long blockShift = view.logBlockSize();
      require("s_log_cluster_size", view.logClusterSize(), blockShift, blockShift);
      long blocks = view.blocksPerGroup();
      require("s_clusters_per_group", view.clustersPerGroup(), blocks, blocks);
    }
    if (geometry.features().has(RoCompatFeature.EXTRA_ISIZE)) {
      int most = geometry.inodeSize() - BASE_INODE;
      require("s_min_extra_isize", view.minimalExtraSize(), 0, most);
      require("s_want_extra_isize", view.wantedExtraSize(), 0, most);
    }
  }

  private static void require(String field, long value, long least, long most)
      throws CorruptionException {
    if (value < least || value > most) {
      throw new CorruptionException(
          Kind.SUPERBLOCK,
          "superblock: " + field + " is " + value + ", for which Linux refuses the file system");
    }
  }
}
