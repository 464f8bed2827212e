package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.partition.PartitionTable;
import dev.ext4j.blockdev.partition.PartitionTableException;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The parsers of single structures. Any bytes must give a value within its bounds, or one of the
 * exceptions for bad images.
 */
final class ParserTargets {
  private static final Geometry GEOMETRY = geometry(2, 256, true);
  private static final Geometry SMALL_INODES = geometry(0, 128, false);

  private ParserTargets() {}

  static void superblock(byte[] input) {
    ByteBuffer bytes = sized(input, SuperblockView.SIZE);
    bytes.putShort(0x38, (short) 0xEF53);
    try {
      SuperblockView view = SuperblockView.of(bytes);
      view.label();
      view.lastMounted();
      view.uuid();
      view.journalUuid();
      view.mkfsTime();
      view.mountTime();
      view.writeTime();
      view.checkTime();
      view.seal();
      view.features().labels();
      Geometry geometry = Geometry.of(view);
      view.features().checkReadable();
      assertThat(geometry.blockCount()).isBetween(1L, 1L << 48);
      assertThat(geometry.groupCount()).isPositive();
      assertThat(geometry.blocksIn(geometry.groupCount() - 1)).isPositive();
      assertThat(geometry.clustersIn(geometry.groupCount() - 1)).isPositive();
      assertThat(geometry.groupOf(geometry.blockCount() - 1)).isEqualTo(geometry.groupCount() - 1);
      assertThat(geometry.descriptorsPerBlock()).isPositive();
      geometry.hasSuperblock(geometry.groupCount() - 1);
      assertThat(geometry.baseMetadataBlocks(geometry.groupCount() - 1)).isNotNegative();
    } catch (CorruptionException | UnsupportedFeatureException expected) {
      return;
    }
  }

  static void groupDescriptor(byte[] input) {
    GroupDescriptorView view =
        new GroupDescriptorView(GEOMETRY, 1, sized(input, GEOMETRY.descriptorSize()), 0);
    assertThat(view.unusedInodes()).isNotNegative();
    view.blockBitmapBlock();
    view.inodeBitmapBlock();
    view.inodeTableBlock();
    view.freeClusters();
    view.seal();
    assertThat(view.isChecksumValid()).isTrue();
  }

  static void inode(byte[] input) {
    inode(GEOMETRY, input);
    inode(SMALL_INODES, input);
  }

  private static void inode(Geometry geometry, byte[] input) {
    InodeView view = new InodeView(geometry, 12, sized(input, geometry.inodeSize()), 0);
    view.size();
    view.isExtraSizeValid();
    view.projectId();
    view.version();
    view.xattrBlock();
    assertThat(view.accessTime()).isNotNull();
    assertThat(view.changeTime()).isNotNull();
    if (view.hasCreationTime()) {
      assertThat(view.creationTime()).isNotNull();
    }
    assertThat(view.extraArea().capacity()).isLessThan(geometry.inodeSize());
    view.setModificationTime(view.modificationTime());
    view.increaseVersion();
    view.setSectors(view.sectors() & (1L << 48) - 1);
    view.seal();
    assertThat(view.isChecksumValid()).isTrue();
  }

  static void extentNode(byte[] input) {
    extentNode(sized(input, InodeView.BLOCK_AREA_SIZE));
    extentNode(sized(input, 1024));
  }

  private static void extentNode(ByteBuffer bytes) {
    bytes.putShort(0, (short) 0xF30A);
    try {
      ExtentNode node = ExtentNode.verify(bytes, GEOMETRY, () -> "node");
      long end = 0;
      for (int i = 0; i < node.entries(); i++) {
        assertThat(node.logicalBlock(i)).isGreaterThanOrEqualTo(end);
        assertThat(node.find(node.logicalBlock(i))).isEqualTo(i);
        end = node.logicalBlock(i) + (node.depth() == 0 ? node.blockCount(i) : 1);
        long physical = node.depth() == 0 ? node.physicalBlock(i) : node.childBlock(i);
        assertThat(physical).isBetween(1L, GEOMETRY.blockCount() - 1);
      }
      node.isChecksumValid(1);
    } catch (CorruptionException expected) {
      return;
    }
  }

  static void directoryBlock(byte[] input) {
    int[] sizes = {1024, 65536, Math.max(1, input.length)};
    for (int size : sizes) {
      ByteBuffer bytes = sized(input, size);
      if (size >= 1024) {
        DirectoryBlock.checkChecksum(bytes, 1);
      }
      entries(bytes, true);
      entries(bytes, false);
    }
  }

  private static void entries(ByteBuffer bytes, boolean typed) {
    DirectoryBlock block = new DirectoryBlock(bytes, typed, "block");
    int count = 0;
    try {
      while (block.next()) {
        count++;
        assertThat(block.isNamed(block.name())).isTrue();
        assertThat(block.inodeNumber()).isPositive();
        assertThat(block.typeCode()).isBetween(0, 127);
      }
    } catch (CorruptionException expected) {
      count++;
    }
    assertThat(count).isLessThanOrEqualTo(bytes.capacity() / 8 + 1);
  }

  static void xattrs(byte[] input) {
    ByteBuffer area = sized(input, 96);
    area.putInt(0, 0xEA020000);
    attributes(XattrEntries.inInode(area, "inode"));
    ByteBuffer block = sized(input, 1024);
    block.putInt(0, 0xEA020000).putInt(8, 1);
    try {
      attributes(XattrEntries.inBlock(block, SMALL_INODES, 5, "block"));
    } catch (CorruptionException e) {
      throw new AssertionError("no checksum is asked for", e);
    }
  }

  private static void attributes(XattrEntries entries) {
    try {
      while (entries.next()) {
        assertThat(entries.name()).isNotNull();
        entries.nameIndex();
        if (entries.valueInode() == 0) {
          assertThat((long) entries.value().capacity()).isEqualTo(entries.valueSize());
        }
      }
    } catch (CorruptionException expected) {
      return;
    }
  }

  /** Removes each attribute in turn from the area of an inode, and also shortens its value. */
  static void xattrRemoval(byte[] input) {
    for (int position = 0; position < 3; position++) {
      changeAttribute(
          sized(input, 96).putInt(0, 0xEA020000), position, XattrEntries::removeFromInode);
      changeAttribute(
          sized(input, 96).putInt(0, 0xEA020000), position, entries -> entries.shortenInInode(5));
    }
  }

  /** A change of the attribute at the position of a cursor. */
  @FunctionalInterface
  private interface Change {
    void apply(XattrEntries entries) throws CorruptionException;
  }

  private static void changeAttribute(ByteBuffer area, int position, Change change) {
    XattrEntries entries = XattrEntries.inInode(area, "inode");
    try {
      for (int i = 0; i <= position; i++) {
        if (!entries.next()) {
          return;
        }
      }
      change.apply(entries);
    } catch (CorruptionException expected) {
      return;
    }
  }

  static void partitionTable(byte[] input) throws IOException {
    try (MemoryBlockDevice disk = new MemoryBlockDevice(1 << 20)) {
      byte[] start = Arrays.copyOf(input, Math.min(input.length, 1 << 16));
      disk.writeFully(0, ByteBuffer.wrap(start));
      disk.writeFully(510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xAA}));
      try {
        PartitionTable.read(disk)
            .ifPresent(
                table ->
                    assertThat(table.partitions())
                        .allSatisfy(p -> assertThat(p.startByte()).isNotNegative()));
      } catch (PartitionTableException expected) {
        return;
      }
    }
  }

  static ByteBuffer sized(byte[] input, int size) {
    return ByteBuffer.wrap(Arrays.copyOf(input, size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Geometry geometry(int logBlockSize, int inodeSize, boolean checksums) {
    SuperblockBytes superblock =
        new SuperblockBytes().set(SuperblockFields.S_INODE_SIZE, inodeSize);
    if (checksums) {
      superblock.with(RoCompatFeature.METADATA_CSUM).with(RoCompatFeature.HUGE_FILE);
    }
    if (logBlockSize == 0) {
      superblock
          .set(SuperblockFields.S_LOG_BLOCK_SIZE, 0)
          .set(SuperblockFields.S_FIRST_DATA_BLOCK, 1)
          .set(SuperblockFields.S_BLOCKS_PER_GROUP, 8192)
          .set(SuperblockFields.S_INODES_COUNT, 9 * 8192);
    }
    try {
      return superblock.geometry();
    } catch (CorruptionException e) {
      throw new AssertionError(e);
    }
  }
}
