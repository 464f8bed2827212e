package dev.ext4j.fs.alloc;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.InodeBitmap;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * An allocator of inodes. It changes the bits of the inode bitmaps, and the counters of free inodes
 * and of directories.
 */
public final class InodeAllocator {
  /**
   * The number of blocks that change when an inode is allocated or freed: the inode bitmap, the
   * group descriptor and the superblock.
   */
  public static final int CREDITS = 3;

  private final Geometry geometry;
  private final BlockCache cache;
  private final Superblock superblock;
  private final GroupTable groups;

  /** Creates an allocator for the inodes of all groups of a file system. */
  public InodeAllocator(
      Geometry geometry, BlockCache cache, Superblock superblock, GroupTable groups) {
    this.geometry = geometry;
    this.cache = cache;
    this.superblock = superblock;
    this.groups = groups;
  }

  /**
   * Returns whether an inode is in use according to the bitmap of its group.
   *
   * @param inodeNumber from 1 to the number of inodes
   */
  public boolean isTaken(long inodeNumber) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(groupOf(inodeNumber));
    return !descriptor.areInodesUninitialized()
        && InodeBitmap.read(cache, descriptor).isSet(indexOf(inodeNumber));
  }

  /**
   * Frees an inode in the bitmap and the counters. The caller has freed the blocks of the inode
   * before, and changes the bytes of the inode itself.
   *
   * @throws CorruptionException with INODE_BITMAP if the inode is free already; with
   *     GROUP_DESCRIPTOR if a counter would leave its range. In both cases nothing is changed
   */
  public void free(Handle handle, long inodeNumber, boolean directory) throws IOException {
    if (!isTaken(inodeNumber)) {
      throw new CorruptionException(
          Kind.INODE_BITMAP, "inode " + inodeNumber + " is free already by its bitmap");
    }
    int group = groupOf(inodeNumber);
    GroupDescriptorView descriptor = groups.descriptor(group);
    long free = descriptor.freeInodes() + 1;
    long directories = descriptor.usedDirectories() - (directory ? 1 : 0);
    if (free > geometry.inodesPerGroup() || directories < 0) {
      throw new CorruptionException(
          Kind.GROUP_DESCRIPTOR,
          "group " + group + ": counters of inodes do not fit inode " + inodeNumber);
    }
    InodeBitmap bitmap = InodeBitmap.read(cache, descriptor);
    bitmap.declare(handle);
    bitmap.clear(indexOf(inodeNumber));
    GroupDescriptorView changed = groups.declare(group, handle);
    changed.setFreeInodes(free);
    changed.setUsedDirectories(directories);
    bitmap.seal(changed);
    changed.seal();
    superblock.addFreeInodes(handle, 1);
  }

  /**
   * Returns the first inode of the same group whose slot in the inode table may hold old bytes.
   * Such slots were never used, and mke2fs has left them to be zeroed later. Returns {@code
   * inodeNumber} if no lower slot of the group can hold old bytes. The caller that allocates the
   * inode has to clear the slots from the result up to {@code inodeNumber}. The reason is that
   * after the allocation the group descriptor no longer counts these slots as unused.
   */
  public long firstUncleared(long inodeNumber) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(groupOf(inodeNumber));
    if (descriptor.areUnusedInodesZeroed()) {
      return inodeNumber;
    }
    long start = inodeNumber - indexOf(inodeNumber);
    long used =
        descriptor.areInodesUninitialized()
            ? 0
            : geometry.inodesPerGroup() - descriptor.unusedInodes();
    return Math.min(inodeNumber, start + used);
  }

  /**
   * Marks an inode as used if it is free. The replay of fast commits calls this method for an inode
   * that a record of the log contains.
   *
   * @return false if it was used already
   */
  public boolean claim(Handle handle, long inodeNumber, boolean directory) throws IOException {
    int group = groupOf(inodeNumber);
    int index = indexOf(inodeNumber);
    GroupDescriptorView descriptor = groups.descriptor(group);
    boolean fresh = descriptor.areInodesUninitialized();
    InodeBitmap bitmap =
        fresh
            ? InodeBitmap.initialize(cache, geometry, descriptor, handle)
            : InodeBitmap.read(cache, descriptor);
    if (!fresh && bitmap.isSet(index)) {
      return false;
    }
    if (descriptor.freeInodes() < 1) {
      throw new CorruptionException(
          Kind.GROUP_DESCRIPTOR, "group " + group + " has a free inode but counts none");
    }
    bitmap.declare(handle);
    bitmap.set(index);
    GroupDescriptorView changed = groups.declare(group, handle);
    if (fresh) {
      changed.markInodesInitialized();
      changed.setUnusedInodes(geometry.inodesPerGroup());
    }
    changed.setFreeInodes(changed.freeInodes() - 1);
    if (directory) {
      changed.setUsedDirectories(changed.usedDirectories() + 1);
    }
    if (geometry.hasDescriptorChecksums()) {
      long unused = geometry.inodesPerGroup() - index - 1;
      changed.setUnusedInodes(Math.min(unused, changed.unusedInodes()));
    }
    bitmap.seal(changed);
    changed.seal();
    superblock.addFreeInodes(handle, -1);
    return true;
  }

  private int groupOf(long inodeNumber) {
    return (int) ((inodeNumber - 1) / geometry.inodesPerGroup());
  }

  private int indexOf(long inodeNumber) {
    return (int) ((inodeNumber - 1) % geometry.inodesPerGroup());
  }
}
