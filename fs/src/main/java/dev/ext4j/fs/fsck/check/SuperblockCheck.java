package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.MountRules;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.ReservedInodes;

/** The check of the superblock fields that {@link Geometry} does not check. */
final class SuperblockCheck {
  private static final long DAY = 24 * 60 * 60;
  private static final int SMALLEST_EXTRA_SIZE = 4;
  private static final int MOST_DESCRIPTOR = 1024; // EXT2_MAX_DESC_SIZE
  private static final int BASE_INODE = 128;

  private final CheckedImage image;
  private final ProblemLog log;

  SuperblockCheck(CheckedImage image, ProblemLog log) {
    this.image = image;
    this.log = log;
  }

  void run(long now) {
    Geometry geometry = image.geometry();
    SuperblockView view = image.superblock();
    long deviceBlocks = image.device().size() >>> geometry.blockSizeBits();
    if (geometry.blockCount() > deviceBlocks) {
      log.add(
          Problem.of(ProblemCode.SIZE_EXCEEDS_DEVICE)
              .found(geometry.blockCount())
              .expected(deviceBlocks));
    }
    fields(geometry, view);
    features(geometry.features());
    extraSizes(geometry, view);
    quota("user", view.userQuotaInode(), ReservedInodes.USER_QUOTA);
    quota("group", view.groupQuotaInode(), ReservedInodes.GROUP_QUOTA);
    quota("project", view.projectQuotaInode(), 0);
    future("s_mtime", view.mountTime().getEpochSecond(), now);
    future("s_wtime", view.writeTime().getEpochSecond(), now);
  }

  private void fields(Geometry geometry, SuperblockView view) {
    boolean wide = geometry.features().has(IncompatFeature.BIT64);
    long reserved = view.reservedBlockCount(wide);
    if (Long.compareUnsigned(reserved, geometry.blockCount() / 2) > 0) {
      fatal("s_r_blocks_count", reserved);
    }
    for (MountRules.Refused refused : MountRules.structure(view, geometry)) {
      fatal(refused.field(), refused.value());
    }
    int descriptor = view.rawDescriptorSize(); // checked even if 64bit is off
    if (descriptor != 0 && (descriptor > MOST_DESCRIPTOR || Integer.bitCount(descriptor) != 1)) {
      fatal("s_desc_size", descriptor);
    }
    if (!geometry.features().has(CompatFeature.RESIZE_INODE)
        && geometry.reservedDescriptorBlocks() != 0) {
      log.add(
          Problem.of(ProblemCode.RESERVED_DESCRIPTORS_UNUSED)
              .found(geometry.reservedDescriptorBlocks())
              .expected(0));
    }
    if (geometry.features().has(IncompatFeature.META_BG)
        && geometry.firstMetaGroup() > geometry.descriptorBlocks()) {
      log.add(
          Problem.of(ProblemCode.META_GROUP_TOO_BIG)
              .found(geometry.firstMetaGroup())
              .expected(geometry.descriptorBlocks()));
    }
  }

  private void fatal(String field, long value) {
    log.add(Problem.of(ProblemCode.SUPERBLOCK_FIELD).name(field).found(value));
  }

  private void features(FeatureSet features) {
    if (features.has(RoCompatFeature.METADATA_CSUM) && features.has(RoCompatFeature.GDT_CSUM)) {
      conflict("metadata_csum and uninit_bg");
    }
    if (features.has(IncompatFeature.CSUM_SEED) && !features.has(RoCompatFeature.METADATA_CSUM)) {
      conflict("metadata_csum_seed without metadata_csum");
    }
    if (features.has(IncompatFeature.BIT64) && !features.has(IncompatFeature.EXTENTS)) {
      conflict("64bit without extent");
    }
    if (features.has(CompatFeature.ORPHAN_FILE) && !features.has(CompatFeature.HAS_JOURNAL)) {
      log.add(Problem.of(ProblemCode.ORPHAN_FILE).name("an orphan file without a journal"));
    }
    if (features.has(CompatFeature.RESIZE_INODE) && features.has(IncompatFeature.META_BG)) {
      log.add(Problem.of(ProblemCode.RESIZE_WITH_META_GROUPS));
    }
  }

  private void conflict(String what) {
    log.add(Problem.of(ProblemCode.FEATURE_CONFLICT).name(what));
  }

  /** Checks the wanted sizes of new inodes. Nothing on disk depends on them. */
  private void extraSizes(Geometry geometry, SuperblockView view) {
    if (geometry.inodeSize() <= BASE_INODE) {
      return;
    }
    int most = geometry.inodeSize() - BASE_INODE;
    wish("s_min_extra_isize", view.minimalExtraSize(), most);
    wish("s_want_extra_isize", view.wantedExtraSize(), most);
  }

  /**
   * Checks the number of a quota inode. It must be the inode reserved for the quota file, or an
   * ordinary inode. Without the feature quota the number should be 0, but e2fsck accepts most other
   * numbers. It rejects the root. It also rejects an ordinary inode for project quota, and takes
   * this inode out of use.
   */
  private void quota(String kind, long inode, long reserved) {
    Geometry geometry = image.geometry();
    boolean ordinary = inode >= geometry.firstInode() && inode <= geometry.inodeCount();
    boolean wrong;
    if (inode == 0 || inode == reserved) {
      wrong = false;
    } else if (geometry.features().has(RoCompatFeature.QUOTA)) {
      wrong = !ordinary;
    } else {
      wrong = inode == ReservedInodes.ROOT || (reserved == 0 && ordinary);
    }
    if (wrong) {
      log.add(Problem.of(ProblemCode.QUOTA_INODE_NUMBER).name(kind).found(inode));
    }
  }

  private void wish(String field, int size, int most) {
    if (size != 0 && (size < SMALLEST_EXTRA_SIZE || size > most || size % 4 != 0)) {
      log.add(Problem.of(ProblemCode.EXTRA_SIZE_WISHED).name(field).found(size));
    }
  }

  private void future(String field, long seconds, long now) {
    if (seconds > now + DAY) {
      log.add(Problem.of(ProblemCode.TIME_IN_FUTURE).name(field).found(seconds).expected(now));
    }
  }
}
