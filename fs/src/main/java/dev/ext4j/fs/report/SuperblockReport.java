package dev.ext4j.fs.report;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inspect.SuperblockDetails;
import dev.ext4j.fs.inspect.SuperblockDetails.FeatureInfo;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.structure.SuperblockDump;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The details of the superblock. */
final class SuperblockReport {
  private static final long UNSIGNED_HASH = 2;
  private static final int LONGEST_FLEX_SHIFT = 31;

  private final Mount mount;
  private final Geometry geometry;
  private final ByteBuffer bytes;
  private final SuperblockDump.Values fields;

  private SuperblockReport(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.bytes = mount.superblock().view().copy();
    this.fields = SuperblockDump.values(bytes);
  }

  /** Returns the details of the superblock of an open file system. */
  static SuperblockDetails of(Mount mount) {
    return new SuperblockReport(mount).details();
  }

  private SuperblockDetails details() {
    SuperblockView view = mount.superblock().view();
    return new SuperblockDetails(
        features(),
        mountOptions(),
        new String(SuperblockDump.text(bytes, "s_mount_opts"), StandardCharsets.UTF_8),
        fields.number("s_def_resuid"),
        fields.number("s_def_resgid"),
        SuperblockDump.errorsBehavior(fields.number("s_errors")),
        SuperblockDump.hashName(view.defaultHashVersion()),
        (fields.number("s_flags") & UNSIGNED_HASH) == 0,
        uuid(SuperblockDump.bytes(bytes, "s_hash_seed")),
        fields.number("s_raid_stride"),
        fields.number("s_raid_stripe_width"),
        flexGroups(view.logGroupsPerFlex()),
        view.firstInode(),
        view.minimalExtraSize(),
        view.wantedExtraSize(),
        view.reservedDescriptorBlocks(),
        (short) fields.number("s_max_mnt_count"),
        fields.number("s_checkinterval"),
        fields.number("s_kbytes_written"),
        new GroupReport(mount).backups());
  }

  private List<FeatureInfo> features() {
    List<FeatureInfo> features = new ArrayList<>();
    for (String label : geometry.features().labels()) {
      features.add(new FeatureInfo(label, FeatureWords.explain(label)));
    }
    return features;
  }

  private List<String> mountOptions() {
    long word = fields.number("s_default_mount_opts");
    return word == 0 ? List.of() : List.of(SuperblockDump.mountOptionNames(word).split(", "));
  }

  private long flexGroups(int shift) {
    boolean used = geometry.features().has(IncompatFeature.FLEX_BG);
    return used && shift <= LONGEST_FLEX_SHIFT ? 1L << shift : 1;
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
    return new UUID(halves.getLong(), halves.getLong());
  }
}
