package dev.ext4j.fs.format;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.DirectoryBlock.ChecksumVerdict;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scan that finds every structure of a sound image. */
public final class MetadataScan {
  private final Mount mount;
  private final Geometry geometry;
  private final BlockDevice device;
  private final List<MetadataPiece> pieces = new ArrayList<>();

  private MetadataScan(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.device = mount.device();
  }

  /** Returns all structures of the file system on a device. */
  public static List<MetadataPiece> of(BlockDevice device) throws IOException {
    try (Mount mount = new Mount(device, MountOptions.readOnly())) {
      MetadataScan scan = new MetadataScan(mount);
      scan.superblocks();
      for (int group = 0; group < scan.geometry.groupCount(); group++) {
        scan.group(group);
      }
      scan.inodes();
      return scan.pieces;
    }
  }

  private void superblocks() {
    for (int group = 0; group < geometry.groupCount(); group++) {
      if (geometry.hasSuperblock(group)) {
        long start = geometry.groupStart(group) << geometry.blockSizeBits();
        add(
            Kind.SUPERBLOCK,
            "superblock of group " + group,
            group == 0 ? SuperblockView.PRIMARY_BYTE_OFFSET : start,
            SuperblockView.SIZE,
            bytes -> {
              SuperblockView.of(bytes).verifyChecksum();
              return true;
            },
            bytes -> {
              if (bytes.getShort(0x38) == (short) 0xEF53) {
                SuperblockView.of(bytes).seal();
              }
            });
      }
    }
  }

  private void group(int group) throws IOException {
    int size = geometry.descriptorSize();
    long offset =
        (mount.groups().descriptorBlock(group) << geometry.blockSizeBits())
            + (long) (group % geometry.descriptorsPerBlock()) * size;
    add(
        Kind.GROUP_DESCRIPTOR,
        "descriptor of group " + group,
        offset,
        size,
        bytes -> new GroupDescriptorView(geometry, group, bytes, 0).isChecksumValid(),
        bytes -> new GroupDescriptorView(geometry, group, bytes, 0).seal());
    MetadataPiece descriptor = pieces.get(pieces.size() - 1);
    GroupDescriptorView view = mount.groups().descriptor(group);
    if (!view.isBlockBitmapUninitialized()) {
      pieces.add(
          new MetadataPiece(
              Kind.BLOCK_BITMAP,
              "block bitmap of group " + group,
              view.blockBitmapBlock() << geometry.blockSizeBits(),
              (int) (geometry.clustersPerGroup() / 8),
              view::isBlockBitmapChecksumValid,
              (bytes, target) -> {
                ByteBuffer owner = descriptor.read(target);
                GroupDescriptorView changed = new GroupDescriptorView(geometry, group, owner, 0);
                changed.setBlockBitmapChecksum(bytes);
                changed.seal();
                descriptor.write(target, owner);
              }));
    }
  }

  private void inodes() throws IOException {
    for (long number = 1; number <= geometry.inodeCount(); number++) {
      int group = (int) ((number - 1) / geometry.inodesPerGroup());
      long index = (number - 1) % geometry.inodesPerGroup();
      GroupDescriptorView descriptor = mount.groups().descriptor(group);
      if (descriptor.areInodesUninitialized()) {
        number += geometry.inodesPerGroup() - index - 1;
        continue;
      }
      Inode inode = inUse(number);
      if (inode != null) {
        inode(inode, descriptor.inodeTableBlock(), index);
      }
    }
  }

  private @Nullable Inode inUse(long number) throws IOException {
    try {
      return mount.inodes().get(number);
    } catch (FileOperationException notInUse) {
      return null;
    }
  }

  private void inode(Inode inode, long tableBlock, long index) throws IOException {
    long number = inode.inodeNumber();
    add(
        Kind.INODE,
        "inode " + number,
        (tableBlock << geometry.blockSizeBits()) + index * geometry.inodeSize(),
        geometry.inodeSize(),
        bytes -> new InodeView(geometry, number, bytes, 0).isChecksumValid(),
        bytes -> new InodeView(geometry, number, bytes, 0).seal());
    if (inode.fields().xattrBlock() != 0) {
      xattrBlock(inode.fields().xattrBlock());
    }
    boolean mapped =
        inode.type() == FileType.DIRECTORY
            || inode.type() == FileType.REGULAR
            || (inode.type() == FileType.SYMBOLIC_LINK && inode.fields().size() >= 60);
    if (!mapped || inode.has(FileFlag.INLINE_DATA)) {
      return;
    }
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      mapping(inode);
    }
  }

  private void mapping(Inode inode) throws IOException {
    BlockMapper mapper = new BlockMapper(inode, mount.volume());
    if (mapper.usesExtents()) {
      mapper.extents().visit(new Nodes(inode));
    } else {
      for (int level = 1; level <= 3; level++) {
        indirect(inode, inode.area().getInt((11 + level) * 4), level);
      }
    }
    if (inode.type() == FileType.DIRECTORY) {
      mapper.walk(
          0,
          (logical, physical, count, state) -> {
            for (long i = 0; i < count && state == State.WRITTEN; i++) {
              directoryBlock(inode, physical + i);
            }
            return true;
          });
    }
  }

  private void indirect(Inode inode, int pointer, int level) throws IOException {
    if (pointer == 0) {
      return;
    }
    String what = "indirect block " + pointer + " of " + inode;
    addBlock(Kind.INDIRECT_BLOCK, what, pointer, bytes -> true, bytes -> {});
    if (level > 1) {
      ByteBuffer pointers = pieces.get(pieces.size() - 1).read(device);
      for (int i = 0; i < pointers.capacity(); i += 4) {
        indirect(inode, pointers.getInt(i), level - 1);
      }
    }
  }

  private void directoryBlock(Inode inode, long block) throws IOException {
    int seed = inode.checksumSeed();
    ByteBuffer bytes = ByteBuffer.allocate(geometry.blockSize());
    device.readFully(block << geometry.blockSizeBits(), bytes);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    boolean hashTree = Checksums.hashTreeCountOffset(bytes) > 0;
    boolean checksums = geometry.hasMetadataChecksums();
    addBlock(
        hashTree ? Kind.HASH_TREE_BLOCK : Kind.DIRECTORY_LEAF,
        "directory block " + block + " of " + inode,
        block,
        b -> !checksums || DirectoryBlock.checkChecksum(b, seed) == ChecksumVerdict.MATCHES,
        b -> {
          if (checksums) {
            Checksums.sealDirectoryBlock(b, seed);
          }
        });
  }

  private void xattrBlock(long block) {
    addBlock(
        Kind.XATTR_BLOCK,
        "attribute block " + block,
        block,
        bytes -> {
          XattrEntries.inBlock(bytes, geometry, block, "attributes");
          return true;
        },
        bytes -> {
          if (geometry.hasMetadataChecksums()) {
            Checksums.sealXattrBlock(bytes, geometry, block);
          }
        });
  }

  private final class Nodes implements TreeVisitor {
    private final Inode inode;

    Nodes(Inode inode) {
      this.inode = inode;
    }

    @Override
    public void node(int level, int depth, long block, int entryCount, int capacity) {
      if (level > 0) {
        int seed = inode.checksumSeed();
        boolean checksums = geometry.hasMetadataChecksums();
        addBlock(
            Kind.EXTENT_NODE,
            "extent node " + block + " of " + inode,
            block,
            bytes -> !checksums || ExtentNode.unchecked(bytes).isChecksumValid(seed),
            bytes -> {
              ExtentNode node = ExtentNode.unchecked(bytes);
              if (checksums && 12 + node.capacity() * 12 + 4 <= bytes.capacity()) {
                node.seal(seed);
              }
            });
      }
    }

    @Override
    public void index(int level, long logicalBlock, long childPhysicalBlock) {}

    @Override
    public void extent(
        int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}
  }

  private interface InPlace {
    void seal(ByteBuffer bytes) throws IOException;
  }

  private void addBlock(
      Kind kind, String what, long block, MetadataPiece.Check check, InPlace seal) {
    add(kind, what, block << geometry.blockSizeBits(), geometry.blockSize(), check, seal);
  }

  private void add(
      Kind kind,
      String what,
      long byteOffset,
      int byteCount,
      MetadataPiece.Check check,
      InPlace seal) {
    pieces.add(
        new MetadataPiece(
            kind, what, byteOffset, byteCount, check, (bytes, target) -> seal.seal(bytes)));
  }
}
