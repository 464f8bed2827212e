package dev.ext4j.fs.report;

import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.fs.mount.Mount;
import java.nio.charset.StandardCharsets;

/** A report of the fields of the superblock. */
public final class SuperblockReport {
  private SuperblockReport() {}

  /** Returns the fields of the superblock of an open file system. */
  public static FileSystemInfo of(Mount mount) {
    Geometry geometry = mount.geometry();
    FeatureSet features = geometry.features();
    SuperblockView view = mount.superblock().view();
    boolean has64Bit = features.has(IncompatFeature.BIT64);
    return new FileSystemInfo(
        new String(view.label(), StandardCharsets.UTF_8),
        view.uuid(),
        new String(view.lastMounted(), StandardCharsets.UTF_8),
        features.labels(),
        state(view),
        mount.needsRecovery(),
        geometry.blockSize(),
        1 << geometry.clusterSizeBits(),
        geometry.blockCount(),
        view.reservedBlockCount(has64Bit),
        view.freeBlockCount(has64Bit),
        geometry.inodeCount(),
        view.freeInodeCount(),
        geometry.inodeSize(),
        geometry.groupCount(),
        geometry.blocksPerGroup(),
        geometry.inodesPerGroup(),
        geometry.descriptorSize(),
        geometry.firstDataBlock(),
        view.mkfsTime(),
        view.mountTime(),
        view.writeTime(),
        view.checkTime(),
        view.mountCount(),
        view.errorCount(),
        checksum(features),
        view.journalInode(),
        view.journalUuid(),
        view.revision() == 0 ? "0 (original)" : "1 (dynamic)");
  }

  private static String state(SuperblockView view) {
    return (view.isStateValid() ? "clean" : "not clean") + (view.hasErrors() ? " with errors" : "");
  }

  private static String checksum(FeatureSet features) {
    if (features.has(RoCompatFeature.METADATA_CSUM)) {
      return "crc32c";
    }
    return features.has(RoCompatFeature.GDT_CSUM) ? "crc16" : "none";
  }
}
