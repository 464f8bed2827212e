package dev.ext4j.fs.report;

import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.DeviceNumber;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileId;
import dev.ext4j.fs.model.FileOwner;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileTimes;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.RawInode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A copy of the bytes of an inode. A field is decoded when its method is called. */
public final class InodeSnapshot implements FileStat {
  private static final int PERMISSIONS = 0xFFF;

  private final long number;
  private final FileType type;
  private final long size;
  private final long sectors;
  private final MappingKind mappingKind;
  private final ByteBuffer bytes;
  private final InodeView fields;

  private InodeSnapshot(Inode inode, Geometry geometry) {
    number = inode.inodeNumber();
    type = inode.type();
    size = inode.size();
    int sectorBits = geometry.clusterRatioBits() + geometry.blockSizeBits() - 9;
    sectors = inode.fields().sectors() + (inode.reservedClusters().get() << sectorBits);
    mappingKind = mappingKind(inode);
    bytes = inode.fields().copy();
    fields = new InodeView(geometry, number, bytes, 0);
    inode.times().show(fields);
  }

  /** Returns a copy of the metadata of a file. The caller holds the inode lock. */
  public static FileStat of(Inode inode, Geometry geometry) {
    return new InodeSnapshot(inode, geometry);
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

  @Override
  public FileId id() {
    return new FileId(number, fields.generation());
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public int permissions() {
    return fields.mode() & PERMISSIONS;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public long sectors() {
    return sectors;
  }

  @Override
  public long linkCount() {
    return fields.linkCount();
  }

  @Override
  public FileOwner owner() {
    return new FileOwner(fields.userId(), fields.groupId(), fields.projectId());
  }

  @Override
  public FileTimes times() {
    return new FileTimes(
        fields.accessTime(),
        fields.modificationTime(),
        fields.changeTime(),
        fields.hasCreationTime() ? Optional.of(fields.creationTime()) : Optional.empty());
  }

  @Override
  public Set<FileFlag> flags() {
    return FileFlag.parse(fields.flags());
  }

  /** Returns the device number, which the inode stores in the old or the new encoding. */
  @Override
  public DeviceNumber device() {
    if (type != FileType.CHARACTER_DEVICE && type != FileType.BLOCK_DEVICE) {
      return DeviceNumber.NONE;
    }
    ByteBuffer area = fields.blockArea();
    long old = area.getInt(0) & 0xFFFFL;
    if (old != 0) {
      return new DeviceNumber(old >>> 8, old & 0xFF);
    }
    long wide = area.getInt(4) & 0xFFFFFFFFL;
    return new DeviceNumber(wide >>> 8 & 0xFFF, (wide & 0xFF) | (wide >>> 12 & 0xFFF00));
  }

  @Override
  public MappingKind mappingKind() {
    return mappingKind;
  }

  @Override
  public long version() {
    return fields.version();
  }

  @Override
  public RawInode raw() {
    return new Raw();
  }

  /** The fields of the inode as they are stored on disk. */
  private final class Raw implements RawInode {
    @Override
    public int mode() {
      return fields.mode();
    }

    @Override
    public long flags() {
      return fields.flags();
    }

    @Override
    public long xattrBlock() {
      return fields.xattrBlock();
    }

    @Override
    public long deletionTime() {
      return fields.deletionTime();
    }

    @Override
    public ByteBuffer bytes() {
      return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InodeSnapshot snapshot
        && number == snapshot.number
        && size == snapshot.size
        && sectors == snapshot.sectors
        && bytes.equals(snapshot.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, size, sectors, bytes);
  }

  @Override
  public String toString() {
    return type
        + " "
        + number
        + ", "
        + size
        + " bytes, mode 0"
        + Integer.toOctalString(fields.mode());
  }
}
