package dev.ext4j.fs.mount;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.file.ContentCut;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.inode.OrphanNumbers;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.fs.xattr.AttributeBlock;
import java.io.IOException;

/**
 * The check of every inode on the orphan list or in the orphan file. All these inodes are checked
 * before the first one is changed. An inode passes the check under four conditions:
 *
 * <ul>
 *   <li>It is in use.
 *   <li>It is listed only once.
 *   <li>It does not belong to the file system itself.
 *   <li>It is of a kind that can be processed.
 * </ul>
 */
final class OrphanVerdict {
  private final Volume volume;
  private final InodeTable inodes;
  private final InodeAllocator allocator;
  private final OrphanNumbers seen;

  OrphanVerdict(Volume volume, InodeAllocator allocator) {
    this.volume = volume;
    this.inodes = volume.inodes();
    this.allocator = allocator;
    this.seen = new OrphanNumbers(volume.geometry().inodesPerGroup());
  }

  /**
   * Returns the inode with a number, after a check that it may be an orphan.
   *
   * @throws CorruptionException with ORPHAN if the inode may not be an orphan; with another kind if
   *     the inode itself is damaged
   * @throws UnsupportedFeatureException if the inode holds the value of an extended attribute
   *     (ea_inode). Also if the inode is to be deleted and another inode holds the value of one of
   *     its attributes.
   */
  Inode check(long number) throws IOException {
    requireNumber(number);
    if (!seen.add(number)) {
      throw corrupt(number, "is named twice, or the list goes in circles");
    }
    if (!allocator.isTaken(number)) {
      throw corrupt(number, "is free by the inode bitmap");
    }
    Inode inode = get(number);
    if (inode.type() == FileType.UNKNOWN) {
      throw corrupt(number, "has an impossible mode");
    }
    if (inode.has(FileFlag.EA_INODE)) {
      throw new UnsupportedFeatureException(
          IncompatFeature.EA_INODE.label(),
          "orphan "
              + inode
              + " holds the value of an attribute (ea_inode), which this version cannot give up:"
              + " mount the file system once, or run e2fsck -fy");
    }
    if (inode.fields().linkCount() == 0) {
      attributes(inode).requireNoValueInodes();
    } else if (!ContentCut.isPossible(inode) || inode.has(FileFlag.VERITY)) {
      // A truncation would remove the Merkle tree of fs-verity, which is after the end of the file.
      // A file can be on the list only before its verity flag is set.
      throw corrupt(number, "has links, and nothing that could be cut off");
    }
    return inode;
  }

  private void requireNumber(long number) throws CorruptionException {
    SuperblockView superblock = volume.superblock().view();
    if (number < volume.geometry().firstInode() || number > volume.geometry().inodeCount()) {
      throw corrupt(number, "is reserved or does not exist");
    }
    if (number == superblock.journalInode() || number == superblock.orphanFileInode()) {
      throw corrupt(number, "belongs to the file system itself");
    }
  }

  private Inode get(long number) throws IOException {
    try {
      return inodes.get(number);
    } catch (FileOperationException e) {
      CorruptionException corrupt = corrupt(number, "is not in use");
      corrupt.initCause(e);
      throw corrupt;
    }
  }

  private AttributeBlock attributes(Inode inode) {
    return new AttributeBlock(inode, volume.geometry(), volume.cache(), volume.allocator());
  }

  private static CorruptionException corrupt(long number, String what) {
    return new CorruptionException(Kind.ORPHAN, "orphan inode " + number + " " + what);
  }
}
