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

/** The block in which attributes of an inode lie, alone or together with other inodes. */
public final class AttributeBlock {
  /** Blocks that {@link #release} changes at most: inode, the block, what is freed with it. */
  public static final int CREDITS = 2 + BlockAllocator.CREDITS_PER_GROUP + 1;

  private final Inode inode;
  private final Geometry geometry;
  private final BlockCache cache;
  private final BlockAllocator allocator;

  /** The block of an inode, which may have none. */
  public AttributeBlock(
      Inode inode, Geometry geometry, BlockCache cache, BlockAllocator allocator) {
    this.inode = inode;
    this.geometry = geometry;
    this.cache = cache;
    this.allocator = allocator;
  }

  /**
   * Makes sure that no attribute of the inode, in the block or in the inode, has its value in an
   * inode of its own, which would have to be given up, too.
   *
   * @throws UnsupportedFeatureException ea_inode
   */
  public void requireNoValueInodes() throws IOException {
    long value = firstValueInode();
    if (value != 0) {
      throw new UnsupportedFeatureException(
          IncompatFeature.EA_INODE.label(),
          inode
              + " has an attribute whose value lies in inode "
              + value
              + " (ea_inode), which this version cannot give up: mount the file system once, or"
              + " run e2fsck -fy");
    }
  }

  /** The first inode in which the value of an attribute lies, 0 if there is none. */
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
   * Gives up the inode's share: the block is freed with its last user.
   *
   * @throws CorruptionException XATTR, XATTR_CHECKSUM, BLOCK_OUT_OF_RANGE or BLOCK_IS_METADATA
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
          Kind.XATTR, inode + ": its block of attributes " + number + " says that nobody uses it");
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
