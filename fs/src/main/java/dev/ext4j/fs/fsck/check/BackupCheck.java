package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A check of the backups of the superblock: whether each one could replace the primary superblock.
 * The counters, times and states in a backup are those from the creation of the file system. The
 * same is true for the features that Linux sets when it first needs them. All these values are not
 * compared.
 */
final class BackupCheck {
  private static final long COMPAT = ~CompatFeature.EXT_ATTR.bit();
  private static final long INCOMPAT =
      ~(IncompatFeature.RECOVER.bit() | IncompatFeature.EXTENTS.bit());
  private static final long RO_COMPAT =
      ~(RoCompatFeature.LARGE_FILE.bit()
          | RoCompatFeature.DIR_NLINK.bit()
          | RoCompatFeature.ORPHAN_PRESENT.bit());

  private final CheckedImage image;
  private final ProblemLog log;

  BackupCheck(CheckedImage image, ProblemLog log) {
    this.image = image;
    this.log = log;
  }

  /** Compares all backups that are on the device, if the primary superblock is in use. */
  void run() throws IOException {
    Geometry geometry = image.geometry();
    long deviceBlocks = image.device().size() >>> geometry.blockSizeBits();
    ByteBuffer bytes = CheckedImage.buffer(SuperblockView.SIZE);
    for (int group = 1; image.isPrimary() && group < geometry.groupCount(); group++) {
      long block = geometry.groupStart(group);
      if (geometry.hasSuperblock(group) && block < deviceBlocks) {
        image.read(block, bytes.clear());
        String field = difference(bytes.flip());
        if (field != null) {
          log.add(Problem.of(ProblemCode.BACKUP_DIFFERS).group(group).block(block).name(field));
        }
      }
    }
  }

  /**
   * Returns the name of the first field that must be equal but differs, or null if there is none.
   */
  private @org.jspecify.annotations.Nullable String difference(ByteBuffer bytes) {
    SuperblockView primary = image.superblock();
    SuperblockView backup;
    try {
      backup = SuperblockView.of(bytes);
    } catch (CorruptionException e) {
      return "s_magic";
    }
    boolean wide = primary.features().has(IncompatFeature.BIT64);
    if (backup.logBlockSize() != primary.logBlockSize()) {
      return "s_log_block_size";
    }
    if (backup.blockCount(wide) != primary.blockCount(wide)) {
      return "s_blocks_count";
    }
    if (backup.inodeCount() != primary.inodeCount()) {
      return "s_inodes_count";
    }
    if (!backup.uuid().equals(primary.uuid())) {
      return "s_uuid";
    }
    return features(backup.features(), primary.features());
  }

  private static @org.jspecify.annotations.Nullable String features(
      FeatureSet backup, FeatureSet primary) {
    if (((backup.compat() ^ primary.compat()) & COMPAT) != 0) {
      return "s_feature_compat";
    }
    if (((backup.incompat() ^ primary.incompat()) & INCOMPAT) != 0) {
      return "s_feature_incompat";
    }
    return ((backup.roCompat() ^ primary.roCompat()) & RO_COMPAT) != 0
        ? "s_feature_ro_compat"
        : null;
  }
}
