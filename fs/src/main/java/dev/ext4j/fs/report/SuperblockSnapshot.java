package dev.ext4j.fs.report;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.fs.model.Space;
import dev.ext4j.fs.mount.Mount;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A copy of the bytes of a superblock. A field is decoded when its method is called. */
public final class SuperblockSnapshot implements FileSystemInfo {
  private final Geometry geometry;
  private final ByteBuffer bytes;
  private final SuperblockView fields;

  private SuperblockSnapshot(Geometry geometry, ByteBuffer bytes) {
    this.geometry = geometry;
    this.bytes = bytes;
    try {
      this.fields = SuperblockView.of(bytes);
    } catch (CorruptionException e) {
      throw new AssertionError("the superblock of an open file system", e);
    }
  }

  /** Returns a copy of the superblock of an open file system. */
  public static FileSystemInfo of(Mount mount) {
    return new SuperblockSnapshot(mount.geometry(), mount.superblock().view().copy());
  }

  /** Returns the total and the free space of an open file system. */
  public static Space space(Mount mount) {
    Geometry geometry = mount.geometry();
    SuperblockView view = mount.superblock().view();
    boolean has64Bit = geometry.features().has(IncompatFeature.BIT64);
    long promised = mount.volume().allocator().promisedClusters() << geometry.clusterRatioBits();
    long free = Math.max(0, view.freeBlockCount(has64Bit) - promised);
    long reserved = view.reservedBlockCount(has64Bit);
    return new Space(
        geometry.blockSize(),
        geometry.blockCount(),
        free,
        Long.compareUnsigned(reserved, free) >= 0 ? 0 : free - reserved,
        geometry.inodeCount(),
        view.freeInodeCount());
  }

  @Override
  public String label() {
    return new String(fields.label(), StandardCharsets.UTF_8);
  }

  @Override
  public UUID uuid() {
    return fields.uuid();
  }

  @Override
  public String lastMountedOn() {
    return new String(fields.lastMounted(), StandardCharsets.UTF_8);
  }

  @Override
  public List<String> features() {
    return geometry.features().labels();
  }

  @Override
  public String state() {
    return (fields.isStateValid() ? "clean" : "not clean")
        + (fields.hasErrors() ? " with errors" : "");
  }

  @Override
  public boolean needsRecovery() {
    return geometry.features().has(IncompatFeature.RECOVER);
  }

  @Override
  public int blockSize() {
    return geometry.blockSize();
  }

  @Override
  public int clusterSize() {
    return 1 << geometry.clusterSizeBits();
  }

  @Override
  public long blockCount() {
    return geometry.blockCount();
  }

  @Override
  public long reservedBlockCount() {
    return fields.reservedBlockCount(geometry.features().has(IncompatFeature.BIT64));
  }

  @Override
  public long freeBlockCount() {
    return fields.freeBlockCount(geometry.features().has(IncompatFeature.BIT64));
  }

  @Override
  public long inodeCount() {
    return geometry.inodeCount();
  }

  @Override
  public long freeInodeCount() {
    return fields.freeInodeCount();
  }

  @Override
  public int inodeSize() {
    return geometry.inodeSize();
  }

  @Override
  public long groupCount() {
    return geometry.groupCount();
  }

  @Override
  public long blocksPerGroup() {
    return geometry.blocksPerGroup();
  }

  @Override
  public long inodesPerGroup() {
    return geometry.inodesPerGroup();
  }

  @Override
  public int descriptorSize() {
    return geometry.descriptorSize();
  }

  @Override
  public long firstDataBlock() {
    return geometry.firstDataBlock();
  }

  @Override
  public Instant created() {
    return fields.mkfsTime();
  }

  @Override
  public Instant lastMounted() {
    return fields.mountTime();
  }

  @Override
  public Instant lastWritten() {
    return fields.writeTime();
  }

  @Override
  public Instant lastChecked() {
    return fields.checkTime();
  }

  @Override
  public int mountCount() {
    return fields.mountCount();
  }

  @Override
  public long errorCount() {
    return fields.errorCount();
  }

  @Override
  public String checksumAlgorithm() {
    FeatureSet features = geometry.features();
    if (features.has(RoCompatFeature.METADATA_CSUM)) {
      return "crc32c";
    }
    return features.has(RoCompatFeature.GDT_CSUM) ? "crc16" : "none";
  }

  @Override
  public long journalInode() {
    return fields.journalInode();
  }

  @Override
  public UUID journalUuid() {
    return fields.journalUuid();
  }

  @Override
  public String revision() {
    return fields.revision() == 0 ? "0 (original)" : "1 (dynamic)";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SuperblockSnapshot snapshot && bytes.equals(snapshot.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return label() + " " + uuid() + ", " + blockCount() + " blocks of " + blockSize() + " bytes";
  }
}
