package dev.ext4j.fs.xattr;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.XattrBlock;
import dev.ext4j.fs.format.XattrEntries;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * The attribute block of an inode. It holds extended attributes of the inode. Other inodes may
 * share the same attribute block.
 */
public final class AttributeBlock {
  /**
   * The largest number of blocks that {@link #release} changes: the inode, the attribute block, and
   * the blocks that change when the attribute block is freed.
   */
  public static final int CREDITS = 2 + BlockAllocator.CREDITS_PER_GROUP + 1;

  private final Inode inode;
  private final Geometry geometry;
  private final BlockCache cache;
  private final BlockAllocator allocator;

  /**
   * Creates an object for the attribute block of an inode, which may have none. Nothing is
   * allocated.
   */
  public AttributeBlock(
      Inode inode, Geometry geometry, BlockCache cache, BlockAllocator allocator) {
    this.inode = inode;
    this.geometry = geometry;
    this.cache = cache;
    this.allocator = allocator;
  }

  /**
   * Checks that no attribute of the inode, in the attribute block or in the inode, has its value in
   * a separate inode. Such an inode would have to be freed together with the attribute, which this
   * class does not do.
   *
   * @throws UnsupportedFeatureException with ea_inode, if an attribute has such a value
   */
  public void requireNoValueInodes() throws IOException {
    long value = firstValueInode();
    if (value != 0) {
      throw new UnsupportedFeatureException(
          IncompatFeature.EA_INODE.label(),
          inode
              + " has an attribute whose value is in inode "
              + value
              + " (ea_inode), which this version cannot give up: mount the file system once, or"
              + " run e2fsck -fy");
    }
  }

  /**
   * Returns the number of the first inode that holds the value of an attribute, or 0 if there is no
   * such inode.
   */
  public long firstValueInode() throws IOException {
    long first =
        firstValueInode(XattrEntries.inInode(inode.fields().extraArea(), inode.toString()));
    long number = inode.fields().xattrBlock();
    if (first != 0 || number == 0) {
      return first;
    }
    CachedBlock block = block(number);
    return firstValueInode(XattrEntries.inBlock(block.bytes(), geometry, number, inode.toString()));
  }

  private static long firstValueInode(XattrEntries entries) throws IOException {
    while (entries.next()) {
      if (entries.valueInode() != 0) {
        return entries.valueInode();
      }
    }
    return 0;
  }

  /**
   * Drops the reference of the inode to the attribute block. The block is freed with its last
   * reference.
   *
   * @throws CorruptionException with XATTR, XATTR_CHECKSUM, BLOCK_OUT_OF_RANGE or BLOCK_IS_METADATA
   *     if the attribute block is damaged
   */
  public void release(Handle handle) throws IOException {
    long number = inode.fields().xattrBlock();
    if (number == 0) {
      return;
    }
    CachedBlock block = block(number);
    XattrBlock view = XattrBlock.of(block.bytes(), geometry, number, inode.toString());
    if (view.referenceCount() == 0) {
      throw new CorruptionException(
          Kind.XATTR,
          inode + ": its block of attributes " + number + " has a reference count of 0");
    }
    if (view.referenceCount() > 1) {
      handle.declare(block, BlockRole.OTHER);
      view.setReferenceCount(view.referenceCount() - 1);
      view.seal();
    } else {
      long cluster = number - (number - geometry.firstDataBlock() & geometry.clusterRatio() - 1);
      handle.revoke(number);
      allocator.free(
          handle, cluster, Math.min(geometry.clusterRatio(), geometry.blockCount() - cluster));
    }
    inode.declare(handle);
    inode.fields().clearXattrBlock();
    inode.addSectors(-1L << (geometry.clusterSizeBits() - 9));
    inode.seal();
  }

  private CachedBlock block(long number) throws IOException {
    if (!geometry.containsBlocks(number, 1)) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE, inode + ": its block of attributes is " + number);
    }
    allocator.requireNotMetadata(number, 1);
    return cache.get(number);
  }
}
