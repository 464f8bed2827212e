package dev.ext4j.fs.report;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A reader of blocks and structures that verifies no checksum, for reports on damaged images. All
 * results are copies.
 */
final class UncheckedBlocks {
  private final Mount mount;
  private final Geometry geometry;

  UncheckedBlocks(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
  }

  /**
   * The place of an inode.
   *
   * @param bytes the block of the inode table
   * @param block the number of this block
   * @param byteOffset the offset of the inode in this block
   */
  record InodePlace(ByteBuffer bytes, long block, int byteOffset) {}

  /**
   * Checks that a block exists.
   *
   * @throws FileOperationException with EINVAL if it does not exist
   */
  void require(long block) throws FileOperationException {
    if (block < 0 || block >= geometry.blockCount()) {
      throw new FileOperationException(
          Errno.EINVAL,
          "block " + block + " does not exist: the last one is " + (geometry.blockCount() - 1));
    }
  }

  /** Returns a block of metadata, with all changes that have not reached the disk. */
  ByteBuffer metadata(long block) throws IOException {
    require(block);
    byte[] copy = mount.volume().cache().get(block).copy();
    return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a block of content as it is on the disk. */
  ByteBuffer content(long block) throws IOException {
    require(block);
    ByteBuffer bytes = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    mount.device().readFully(block << geometry.blockSizeBits(), bytes);
    return bytes.clear();
  }

  /** Returns the descriptor of a group. */
  GroupDescriptorView descriptor(int group) throws IOException {
    ByteBuffer bytes = metadata(mount.groups().descriptorBlock(group));
    return new GroupDescriptorView(geometry, group, bytes, descriptorOffset(group));
  }

  /** Returns the offset of the descriptor of a group in its block, in bytes. */
  int descriptorOffset(int group) {
    return group % geometry.descriptorsPerBlock() * geometry.descriptorSize();
  }

  /**
   * Returns the place of an inode, which may be in use or not.
   *
   * @throws CorruptionException with GROUP_DESCRIPTOR if the inode table is outside the file system
   */
  InodePlace inode(long number) throws IOException {
    int group = (int) ((number - 1) / geometry.inodesPerGroup());
    long tableOffset = (number - 1) % geometry.inodesPerGroup() * geometry.inodeSize();
    long table = descriptor(group).inodeTableBlock();
    long block = table + (tableOffset >>> geometry.blockSizeBits());
    if (!geometry.containsBlocks(block, 1)) {
      throw new CorruptionException(
          Kind.GROUP_DESCRIPTOR, "group " + group + ": its inode table lies outside");
    }
    int byteOffset = (int) (tableOffset & geometry.blockSize() - 1);
    return new InodePlace(metadata(block), block, byteOffset);
  }

  /** Returns the fields of an inode. */
  InodeView inodeView(long number) throws IOException {
    InodePlace place = inode(number);
    return new InodeView(geometry, number, place.bytes(), place.byteOffset());
  }
}
