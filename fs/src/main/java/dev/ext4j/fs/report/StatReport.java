package dev.ext4j.fs.report;

import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.FileType;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A report of the fields of an inode. */
public final class StatReport {
  private StatReport() {}

  /** Returns the fields of the inode of a file. */
  public static FileStat of(Inode inode, Geometry geometry) {
    InodeView fields = inode.fields();
    long device = isDevice(inode) ? deviceNumber(inode.area()) : 0;
    int sectorBits = geometry.clusterRatioBits() + geometry.blockSizeBits() - 9;
    long delayed = inode.reservedClusters().get() << sectorBits;
    return new FileStat(
        inode.inodeNumber(),
        inode.type(),
        fields.mode(),
        fields.userId(),
        fields.groupId(),
        fields.projectId(),
        inode.size(),
        fields.sectors() + delayed,
        fields.linkCount(),
        fields.accessTime(),
        fields.modificationTime(),
        fields.changeTime(),
        fields.hasCreationTime() ? Optional.of(fields.creationTime()) : Optional.empty(),
        fields.deletionTime(),
        fields.generation(),
        fields.version(),
        FileFlag.parse(fields.flags()),
        fields.flags(),
        device >>> 32,
        device & 0xFFFFFFFFL,
        fields.xattrBlock(),
        mappingKind(inode));
  }

  /** Returns how the content of a file is mapped. */
  public static MappingKind mappingKind(Inode inode) {
    FileType type = inode.type();
    boolean hasContent =
        type == FileType.REGULAR || type == FileType.DIRECTORY || type == FileType.SYMBOLIC_LINK;
    if (!hasContent || SymbolicLink.isInInode(inode)) {
      return MappingKind.NONE;
    }
    if (inode.has(FileFlag.INLINE_DATA)) {
      return MappingKind.INLINE;
    }
    return inode.has(FileFlag.EXTENTS) ? MappingKind.EXTENTS : MappingKind.INDIRECT;
  }

  private static boolean isDevice(Inode inode) {
    return inode.type() == FileType.CHARACTER_DEVICE || inode.type() == FileType.BLOCK_DEVICE;
  }

  /**
   * Returns the device number, decoded from the old or the new encoding. The major number is in the
   * upper 32 bits, the minor number in the lower 32 bits.
   */
  private static long deviceNumber(ByteBuffer area) {
    long old = area.getInt(0) & 0xFFFFL;
    if (old != 0) {
      return old >>> 8 << 32 | (old & 0xFF);
    }
    long wide = area.getInt(4) & 0xFFFFFFFFL;
    return (wide >>> 8 & 0xFFF) << 32 | (wide & 0xFF) | (wide >>> 12 & 0xFFF00);
  }
}
