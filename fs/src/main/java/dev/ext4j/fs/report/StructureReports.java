package dev.ext4j.fs.report;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inspect.StructureDump;
import dev.ext4j.fs.inspect.StructureDump.Kind;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.structure.GroupDescriptorDump;
import dev.ext4j.fs.report.structure.InodeDump;
import dev.ext4j.fs.report.structure.SuperblockDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The dumps of structures that are not a whole block: an inode, a descriptor, the superblock. */
final class StructureReports {
  private final Mount mount;
  private final Geometry geometry;
  private final UncheckedBlocks blocks;

  StructureReports(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.blocks = new UncheckedBlocks(mount);
  }

  /** Returns an inode, which may be in use or not. The number is that of an inode. */
  StructureDump inode(long number) throws IOException {
    UncheckedBlocks.InodePlace place = blocks.inode(number);
    return new StructureDump(
        Kind.INODE,
        "inode " + number,
        place.block(),
        place.byteOffset(),
        place.bytes().slice(place.byteOffset(), geometry.inodeSize()),
        InodeDump.of(geometry, number, place.bytes(), place.block(), place.byteOffset()),
        List.of());
  }

  /** Returns the superblock that the file system was opened with. */
  StructureDump superblock() {
    long block = mount.superblock().block().number();
    boolean shifted = block == 0 && geometry.blockSize() > SuperblockView.PRIMARY_BYTE_OFFSET;
    int byteOffset = shifted ? (int) SuperblockView.PRIMARY_BYTE_OFFSET : 0;
    ByteBuffer bytes = mount.superblock().view().copy();
    return new StructureDump(
        Kind.SUPERBLOCK,
        "superblock",
        block,
        byteOffset,
        bytes,
        List.of(SuperblockDump.of(bytes, block, byteOffset, "")),
        List.of());
  }

  /**
   * Returns the descriptor of a group.
   *
   * @throws FileOperationException with EINVAL if there is no such group
   */
  StructureDump descriptor(long group) throws IOException {
    if (group < 0 || group >= geometry.groupCount()) {
      throw new FileOperationException(
          Errno.EINVAL,
          "group " + group + " does not exist: the last one is " + (geometry.groupCount() - 1));
    }
    int number = (int) group;
    long block = mount.groups().descriptorBlock(number);
    ByteBuffer bytes = blocks.metadata(block);
    int byteOffset = blocks.descriptorOffset(number);
    return new StructureDump(
        Kind.GROUP_DESCRIPTOR,
        "descriptor of group " + group,
        block,
        byteOffset,
        bytes.slice(byteOffset, geometry.descriptorSize()),
        List.of(GroupDescriptorDump.of(geometry, number, bytes, block, byteOffset)),
        List.of());
  }
}
