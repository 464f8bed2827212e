package dev.ext4j.fs.group;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.BlockRole;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The inode bitmap of one group. It has a bit for each inode, which is set if the inode is in use.
 * The checksum of the bitmap is stored in the group's descriptor.
 */
public final class InodeBitmap {
  private static final long VERIFIED = 3L << 61;

  private final CachedBlock block;
  private final ByteBuffer bits;

  private InodeBitmap(CachedBlock block) {
    this.block = block;
    this.bits = block.bytes();
  }

  /**
   * Returns the inode bitmap of a group. The descriptor must mark the bitmap as initialised.
   *
   * @throws CorruptionException with INODE_BITMAP_CHECKSUM if the checksum of the bitmap does not
   *     match
   */
  public static InodeBitmap read(BlockCache cache, GroupDescriptorView descriptor)
      throws IOException {
    CachedBlock block = cache.get(descriptor.inodeBitmapBlock());
    if (!block.isVerifiedAs(VERIFIED | descriptor.group())) {
      if (!descriptor.isInodeBitmapChecksumValid(block.bytes())) {
        throw new CorruptionException(
            Kind.INODE_BITMAP_CHECKSUM,
            "inode bitmap of group " + descriptor.group() + ": checksum does not match");
      }
      block.setVerifiedAs(VERIFIED | descriptor.group());
    }
    return new InodeBitmap(block);
  }

  /** Declares that the bitmap is about to be changed. */
  public void declare(BlockChanges changes) {
    changes.declare(block, BlockRole.ALLOCATION);
  }

  /** Stores the checksum of the changed bitmap in the group's descriptor. */
  public void seal(GroupDescriptorView descriptor) {
    descriptor.setInodeBitmapChecksum(bits);
  }

  /** Returns whether an inode, counted from 0 within the group, is in use. */
  public boolean isSet(int index) {
    return (bits.get(index >> 3) & 1 << (index & 7)) != 0;
  }

  /** Marks an inode as free. */
  public void clear(int index) {
    bits.put(index >> 3, (byte) (bits.get(index >> 3) & ~(1 << (index & 7))));
  }

  /** Marks an inode as in use. */
  public void set(int index) {
    bits.put(index >> 3, (byte) (bits.get(index >> 3) | 1 << (index & 7)));
  }

  /**
   * Initialises the bitmap of a group. Marks all inodes as free, and sets the bits beyond the last
   * inode.
   */
  public static InodeBitmap initialize(
      BlockCache cache, Geometry geometry, GroupDescriptorView descriptor, BlockChanges changes)
      throws IOException {
    CachedBlock block = cache.get(descriptor.inodeBitmapBlock());
    changes.declare(block, BlockRole.ALLOCATION);
    block.restore(new byte[geometry.blockSize()]);
    InodeBitmap bitmap = new InodeBitmap(block);
    for (int i = (int) geometry.inodesPerGroup(); i < 8 * geometry.blockSize(); i++) {
      bitmap.set(i);
    }
    block.setVerifiedAs(VERIFIED | descriptor.group());
    return bitmap;
  }
}
