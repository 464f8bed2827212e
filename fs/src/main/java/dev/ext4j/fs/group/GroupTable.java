package dev.ext4j.fs.group;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.BlockRole;
import java.io.IOException;
import java.util.BitSet;

/**
 * The group descriptors of a file system. A descriptor is read when it is first needed. It is
 * returned only after its checksum and its block numbers have been checked.
 */
public final class GroupTable {
  private final Geometry geometry;
  private final BlockCache cache;
  private final long superblockBlock;
  private final BitSet verified = new BitSet();

  /**
   * Creates an object for the group descriptors that belong to a superblock.
   *
   * @param superblockBlock the block of the superblock in use; the descriptors follow this block
   */
  public GroupTable(Geometry geometry, BlockCache cache, long superblockBlock) {
    this.geometry = geometry;
    this.cache = cache;
    this.superblockBlock = superblockBlock;
  }

  /** Returns the descriptor of a group, for a caller that reads it. */
  public GroupDescriptorView descriptor(int group) throws IOException {
    CachedBlock block = cache.get(descriptorBlock(group));
    GroupDescriptorView view = view(group, block);
    // A thread that changes a descriptor calls this method first. Therefore a partially changed
    // descriptor is never verified here.
    synchronized (verified) {
      if (!verified.get(group)) {
        verify(view);
        verified.set(group);
      }
    }
    return view;
  }

  /**
   * Returns the descriptor of a group, for a caller that changes it. The caller calls {@link
   * GroupDescriptorView#seal} after its changes.
   */
  public GroupDescriptorView declare(int group, BlockChanges changes) throws IOException {
    GroupDescriptorView view = descriptor(group);
    changes.declare(cache.get(descriptorBlock(group)), BlockRole.ALLOCATION);
    return view;
  }

  /** Returns the number of blocks of each group's inode table. */
  public long inodeTableBlocks() {
    long bytes = geometry.inodesPerGroup() * geometry.inodeSize();
    return (bytes + geometry.blockSize() - 1) >>> geometry.blockSizeBits();
  }

  /** Returns the block that holds a group's descriptor. */
  public long descriptorBlock(int group) {
    int index = group / geometry.descriptorsPerBlock();
    boolean inMetaGroup =
        geometry.features().has(IncompatFeature.META_BG) && index >= geometry.firstMetaGroup();
    if (!inMetaGroup) {
      return superblockBlock + 1 + index;
    }
    int firstGroup = index * geometry.descriptorsPerBlock();
    long start = geometry.groupStart(firstGroup);
    long superblock = geometry.hasSuperblock(firstGroup) ? 1 : 0;
    // With 1 KiB blocks and bigalloc, group 0 begins at block 0 but its superblock is block 1.
    boolean shifted =
        firstGroup == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10;
    return start + superblock + (shifted ? 1 : 0);
  }

  private GroupDescriptorView view(int group, CachedBlock block) {
    int position = group % geometry.descriptorsPerBlock();
    return new GroupDescriptorView(
        geometry, group, block.bytes(), position * geometry.descriptorSize());
  }

  private void verify(GroupDescriptorView view) throws CorruptionException {
    int group = view.group();
    if (!view.isChecksumValid()) {
      throw new CorruptionException(
          Kind.GROUP_DESCRIPTOR_CHECKSUM, "group " + group + ": checksum does not match");
    }
    if (!geometry.containsBlocks(view.blockBitmapBlock(), 1)
        || !geometry.containsBlocks(view.inodeBitmapBlock(), 1)
        || !geometry.containsBlocks(view.inodeTableBlock(), inodeTableBlocks())) {
      throw new CorruptionException(
          Kind.GROUP_DESCRIPTOR, "group " + group + ": its bitmaps or inodes lie outside");
    }
  }
}
