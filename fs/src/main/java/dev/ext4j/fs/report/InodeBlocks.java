package dev.ext4j.fs.report;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectBlocks;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.BlockOwner.Kind;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * A walk over inodes that registers each inode as the owner of its blocks. These are the blocks of
 * its content, its mapping tree and its extended attributes.
 */
final class InodeBlocks {
  private final Mount mount;
  private final Geometry geometry;
  private final BlockCache cache;
  private final BlockOwners owners;

  InodeBlocks(Mount mount, BlockOwners owners) {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.cache = mount.volume().cache();
    this.owners = owners;
  }

  /** Reads all inodes, or only the given one, until all wanted blocks have owners. */
  void find(OptionalLong onlyInode) throws IOException {
    if (onlyInode.isPresent()) {
      tryClaim(onlyInode.getAsLong());
      return;
    }
    for (int group = 0; group < geometry.groupCount() && !owners.isComplete(); group++) {
      find(group);
    }
  }

  private void find(int group) throws IOException {
    long used = geometry.inodesPerGroup();
    CachedBlock bitmap;
    try {
      GroupDescriptorView descriptor = mount.groups().descriptor(group);
      if (geometry.hasDescriptorChecksums()) {
        used = descriptor.areInodesUninitialized() ? 0 : used - descriptor.unusedInodes();
      }
      bitmap = cache.get(descriptor.inodeBitmapBlock());
    } catch (Ext4Exception e) {
      return; // the inodes of this group cannot be found
    }
    for (int index = 0; index < used && !owners.isComplete(); index++) {
      if ((bitmap.bytes().get(index / 8) & 1 << index % 8) != 0) {
        tryClaim(group * geometry.inodesPerGroup() + index + 1);
      }
    }
  }

  private void tryClaim(long number) throws IOException {
    if (owners.isComplete()) {
      return;
    }
    try {
      claim(mount.inodes().get(number));
    } catch (Ext4Exception e) {
      // The inode is damaged, or only the inode bitmap marks it as used. The blocks that were
      // claimed before the damage was found stay claimed.
    }
  }

  private void claim(Inode inode) throws IOException {
    long number = inode.inodeNumber();
    long xattrs = inode.fields().xattrBlock();
    if (xattrs != 0) {
      owners.claim(xattrs, 1, block -> BlockOwner.ofInode(Kind.XATTR, number, 0));
    }
    Kind content = inode.type() == FileType.DIRECTORY ? Kind.DIRECTORY : Kind.DATA;
    MappingKind mapping = InodeSnapshot.mappingKind(inode);
    if (mapping == MappingKind.EXTENTS) {
      new ExtentTree(inode, geometry, cache).visit(new TreeClaim(number, content));
    } else if (mapping == MappingKind.INDIRECT) {
      IndirectBlocks pointers = new IndirectBlocks(inode, geometry, cache);
      pointers.visitNodes(
          node -> owners.claim(node, 1, b -> BlockOwner.ofInode(Kind.TREE_NODE, number, 0)));
      pointers.walk(
          0,
          (logical, physical, count, state) -> {
            claimRun(number, content, logical, physical, count);
            return !owners.isComplete();
          });
    }
  }

  private void claimRun(long number, Kind kind, long logical, long physical, long count) {
    owners.claim(
        physical, count, block -> BlockOwner.ofInode(kind, number, logical + (block - physical)));
  }

  private final class TreeClaim implements TreeVisitor {
    private final long number;
    private final Kind content;

    TreeClaim(long number, Kind content) {
      this.number = number;
      this.content = content;
    }

    @Override
    public void node(int level, int depth, long physicalBlock, int entryCount, int capacity) {
      if (level > 0) {
        owners.claim(physicalBlock, 1, block -> BlockOwner.ofInode(Kind.TREE_NODE, number, 0));
      }
    }

    @Override
    public void index(int level, long logicalBlock, long childPhysicalBlock) {}

    @Override
    public void extent(
        int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {
      claimRun(number, content, logicalBlock, physicalBlock, blockCount);
    }
  }
}
