package dev.ext4j.fs.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Checks of superblock fields. For the values that are refused here, the kernel refuses a mount
 * (seen on Linux 6.18), although the file system can be read. This library reads such a file
 * system, but does not write to it.
 */
public final class MountRules {
  private static final int LARGEST_FLEX_SHIFT = 31;
  private static final int BASE_INODE = 128;
  private static final int UTF8_12_1 = 1; // EXT4_ENC_UTF8_12_1

  private final List<Refused> refused = new ArrayList<>();

  private MountRules() {}

  /**
   * A field with a value for which the kernel refuses a mount.
   *
   * @param field the name of the field in the kernel's sources
   * @param value the value on disk, unsigned
   */
  public record Refused(String field, long value) {}

  /** Returns the fields whose values both the kernel and e2fsck refuse. */
  public static List<Refused> structure(SuperblockView view, Geometry geometry) {
    MountRules rules = new MountRules();
    rules.require("s_log_groups_per_flex", view.logGroupsPerFlex(), 0, LARGEST_FLEX_SHIFT);
    rules.require(
        "s_first_ino", geometry.firstInode(), SuperblockView.FIRST_INODE, geometry.inodeCount());
    rules.require(
        "s_reserved_gdt_blocks",
        geometry.reservedDescriptorBlocks(),
        0,
        geometry.blockSize() / Integer.BYTES);
    if (!geometry.features().has(RoCompatFeature.BIGALLOC)) {
      // These fields formerly described fragments. Their values must equal those for blocks.
      long blockShift = view.logBlockSize();
      rules.require("s_log_cluster_size", view.logClusterSize(), blockShift, blockShift);
      long blocks = view.blocksPerGroup();
      rules.require("s_clusters_per_group", view.clustersPerGroup(), blocks, blocks);
    }
    if (geometry.features().has(IncompatFeature.CASEFOLD)) {
      rules.require("s_encoding", view.encoding(), UTF8_12_1, UTF8_12_1);
    }
    return rules.refused;
  }

  /**
   * Returns the fields with refused values among those that set the size of the fixed fields of
   * inodes. e2fsck only warns about such values.
   */
  public static List<Refused> extraSizes(SuperblockView view, Geometry geometry) {
    MountRules rules = new MountRules();
    if (geometry.features().has(RoCompatFeature.EXTRA_ISIZE)) {
      int most = geometry.inodeSize() - BASE_INODE;
      rules.require("s_min_extra_isize", view.minimalExtraSize(), 0, most);
      rules.require("s_want_extra_isize", view.wantedExtraSize(), 0, most);
    }
    return rules.refused;
  }

  private void require(String field, long value, long least, long most) {
    if (value < least || value > most) {
      refused.add(new Refused(field, value));
    }
  }
}
