package dev.ext4j.fs.report;

import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.BlockOwner.Kind;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The owners of a set of wanted blocks. The memory used depends on the number of wanted blocks. The
 * inodes are read only if one of these blocks does not belong to the structures of a group. Damaged
 * structures own no block.
 */
final class BlockOwners {
  private final Mount mount;
  private final Geometry geometry;
  private final GroupTable groups;
  private final long[] blocks;
  private final @Nullable BlockOwner[] owners;
  private int missing;

  private BlockOwners(Mount mount, SortedSet<Long> wanted) {
    this.mount = mount;
    geometry = mount.geometry();
    groups = mount.groups();
    blocks = wanted.stream().mapToLong(Long::longValue).toArray();
    owners = new BlockOwner[blocks.length];
    missing = blocks.length;
  }

  /**
   * Finds the owners of blocks.
   *
   * @param wanted the blocks whose owners are to be found
   * @param onlyInode the only inode that is searched for the blocks; all inodes if empty
   */
  static BlockOwners of(Mount mount, SortedSet<Long> wanted, OptionalLong onlyInode)
      throws IOException {
    BlockOwners owners = new BlockOwners(mount, wanted);
    owners.findStarts();
    for (int group = 0; group < owners.geometry.groupCount() && owners.missing > 0; group++) {
      owners.findStructures(group);
    }
    new InodeBlocks(owners.mount, owners).find(onlyInode);
    return owners;
  }

  /** Returns the owner of a wanted block, or {@link BlockOwner#NOBODY} if no owner was found. */
  BlockOwner ownerOf(long block) {
    int at = Arrays.binarySearch(blocks, block);
    BlockOwner owner = at < 0 ? null : owners[at];
    return owner == null ? BlockOwner.NOBODY : owner;
  }

  /** Returns whether the owners of all wanted blocks have been found. */
  boolean isComplete() {
    return missing == 0;
  }

  /**
   * Sets the owner of each block in a run that is wanted and has no owner yet.
   *
   * @param first the first block of the run
   * @param count the number of blocks in the run
   * @param ownerOf returns the owner of a block
   */
  void claim(long first, long count, LongFunction<BlockOwner> ownerOf) {
    int at = Arrays.binarySearch(blocks, first);
    for (int i = at < 0 ? -at - 1 : at; i < blocks.length && blocks[i] - first < count; i++) {
      if (owners[i] == null) {
        owners[i] = ownerOf.apply(blocks[i]);
        missing--;
      }
    }
  }

  /**
   * Finds the wanted blocks at the start of groups: superblocks, group descriptors and blocks
   * reserved for descriptors.
   */
  private void findStarts() {
    for (long block : blocks) {
      if (block >= geometry.firstDataBlock() && block < geometry.blockCount()) {
        int group = geometry.groupOf(block);
        BlockOwner owner = atStart(group, block - geometry.groupStart(group));
        if (owner != null) {
          claim(block, 1, b -> owner);
        }
      }
    }
  }

  private @Nullable BlockOwner atStart(int group, long position) {
    // With 1 KiB blocks and bigalloc, group 0 begins at block 0, but its superblock is in block 1.
    boolean shifted =
        group == 0 && geometry.firstDataBlock() == 0 && geometry.blockSizeBits() == 10;
    long at = shifted ? position - 1 : position;
    if (at < 0 || at >= geometry.baseMetadataBlocks(group)) {
      return null;
    }
    if (geometry.hasSuperblock(group)) {
      if (at == 0) {
        return BlockOwner.ofGroup(group == 0 ? Kind.SUPERBLOCK : Kind.BACKUP_SUPERBLOCK, group);
      }
      at--;
    }
    int perBlock = geometry.descriptorsPerBlock();
    boolean metaGroups = geometry.features().has(IncompatFeature.META_BG);
    if (metaGroups && group / perBlock >= geometry.firstMetaGroup()) {
      return descriptors(group / perBlock, group % perBlock == 0);
    }
    long count = geometry.descriptorBlocks();
    if (metaGroups) {
      count = Math.min(count, geometry.firstMetaGroup());
    }
    return at < count
        ? descriptors(at, group == 0)
        : BlockOwner.ofGroup(Kind.RESERVED_DESCRIPTORS, group);
  }

  private BlockOwner descriptors(long index, boolean primary) {
    long first = index * geometry.descriptorsPerBlock();
    long last = Math.min(first + geometry.descriptorsPerBlock(), geometry.groupCount()) - 1;
    return BlockOwner.ofGroups(
        primary ? Kind.GROUP_DESCRIPTORS : Kind.BACKUP_DESCRIPTORS, first, last);
  }

  private void findStructures(int group) throws IOException {
    GroupDescriptorView descriptor;
    try {
      descriptor = groups.descriptor(group);
    } catch (Ext4Exception e) {
      return;
    }
    claim(descriptor.blockBitmapBlock(), 1, b -> BlockOwner.ofGroup(Kind.BLOCK_BITMAP, group));
    claim(descriptor.inodeBitmapBlock(), 1, b -> BlockOwner.ofGroup(Kind.INODE_BITMAP, group));
    long table = descriptor.inodeTableBlock();
    claim(table, groups.inodeTableBlocks(), block -> inodes(group, block - table));
  }

  private BlockOwner inodes(int group, long tableBlock) {
    long perBlock = geometry.blockSize() / geometry.inodeSize();
    long first = tableBlock * perBlock;
    long end = Math.min(first + perBlock, geometry.inodesPerGroup());
    long before = group * geometry.inodesPerGroup();
    return BlockOwner.ofInodeTable(group, before + first + 1, before + end);
  }
}
