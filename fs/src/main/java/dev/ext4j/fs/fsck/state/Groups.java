package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/** The descriptors of all groups, read from one of their copies on disk. */
public final class Groups {
  private final CheckedImage image;
  private final Geometry geometry;
  private final ByteBuffer descriptors;
  private final BitSet distrusted = new BitSet();

  private Groups(CheckedImage image, ByteBuffer descriptors) {
    this.image = image;
    this.geometry = image.geometry();
    this.descriptors = descriptors;
  }

  /**
   * Reads the descriptors.
   *
   * @param superblockBlock the block of the superblock that the descriptors follow
   * @throws CorruptionException with SUPERBLOCK, if the device is too short for the descriptors
   */
  public static Groups read(CheckedImage image, long superblockBlock) throws IOException {
    Geometry geometry = image.geometry();
    long byteCount = geometry.descriptorBlocks() << geometry.blockSizeBits();
    if (byteCount > Math.min(image.device().size(), Integer.MAX_VALUE)) {
      throw new CorruptionException(
          Kind.SUPERBLOCK,
          "superblock: descriptors of " + geometry.groupCount() + " groups do not fit the device");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) byteCount).order(ByteOrder.LITTLE_ENDIAN);
    boolean metaGroups = geometry.features().has(IncompatFeature.META_BG);
    int together =
        metaGroups
            ? (int) Math.min(geometry.firstMetaGroup(), geometry.descriptorBlocks())
            : (int) geometry.descriptorBlocks();
    image.read(superblockBlock + 1, bytes.limit(together << geometry.blockSizeBits()));
    for (int i = together; i < geometry.descriptorBlocks(); i++) {
      image.read(metaGroupBlock(image, i), bytes.limit((i + 1) << geometry.blockSizeBits()));
    }
    return new Groups(image, bytes);
  }

  /** Returns the descriptor block of meta group {@code index}. */
  static long metaGroupBlock(CheckedImage image, int index) {
    Geometry geometry = image.geometry();
    int firstGroup = index * geometry.descriptorsPerBlock();
    // A backup is in the second group of the meta group.
    boolean backup = !image.isPrimary() && firstGroup + 1 < geometry.groupCount();
    int group = backup ? firstGroup + 1 : firstGroup;
    long superblock = geometry.hasSuperblock(group) ? 1 : 0;
    boolean shifted =
        group == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10;
    return geometry.groupStart(group) + superblock + (shifted ? 1 : 0);
  }

  /** Returns the number of block groups. */
  public int count() {
    return geometry.groupCount();
  }

  /**
   * Returns the descriptor of a group as it was read. Its fields may have any values.
   *
   * @param group the number of the group, from 0 to {@link #count} - 1
   */
  public GroupDescriptorView descriptor(int group) {
    int at =
        ((group / geometry.descriptorsPerBlock()) << geometry.blockSizeBits())
            + group % geometry.descriptorsPerBlock() * geometry.descriptorSize();
    return new GroupDescriptorView(geometry, group, descriptors, at);
  }

  /** Returns whether the bitmaps and the inode table of each group are inside the file system. */
  public boolean areInside() {
    for (int group = 0; group < count(); group++) {
      GroupDescriptorView descriptor = descriptor(group);
      if (!image.contains(descriptor.blockBitmapBlock(), 1)
          || !image.contains(descriptor.inodeBitmapBlock(), 1)
          || !image.contains(descriptor.inodeTableBlock(), image.inodeTableBlocks())) {
        return false;
      }
    }
    return true;
  }

  /** Marks the flags and counts of a group as unreliable, because its checksum is wrong. */
  public void distrust(int group) {
    distrusted.set(group);
  }

  /** Marks the flags and counts of all groups as unreliable. */
  public void distrustAll() {
    distrusted.set(0, count());
  }

  /**
   * Returns the number of inodes at the start of a group that may be in use. The inodes after these
   * were never used.
   */
  public long inodesToScan(int group) {
    GroupDescriptorView descriptor = descriptor(group);
    long all = geometry.inodesPerGroup();
    if (!geometry.hasDescriptorChecksums() || distrusted.get(group)) {
      return all;
    }
    if (descriptor.areInodesUninitialized()) {
      return 0;
    }
    long unused = descriptor.unusedInodes();
    return unused > all ? all : all - unused;
  }

  /** Returns whether the block bitmap on disk is not initialized yet. */
  public boolean isBlockBitmapUninitialized(int group) {
    return !distrusted.get(group) && descriptor(group).isBlockBitmapUninitialized();
  }

  /** Returns whether the inode bitmap on disk is not initialized yet. */
  public boolean isInodeBitmapUninitialized(int group) {
    return !distrusted.get(group) && descriptor(group).areInodesUninitialized();
  }
}
