package dev.ext4j.fs.mount;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.FileType;
import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.file.ContentCut;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.inode.OrphanNumbers;
import dev.ext4j.fs.xattr.AttributeBlock;
import java.io.IOException;

/**
 * What must hold of every inode that is called an orphan, before anything is done to the first:
 * each is in use, is named once, is not the file system's own, and can be dealt with.
 */
final class OrphanCheck {
  private final FileContext context;
  private final InodeTable inodes;
  private final InodeAllocator allocator;
  private final OrphanNumbers seen;

  OrphanCheck(FileContext context, InodeTable inodes, InodeAllocator allocator) {
    this.context = context;
    this.inodes = inodes;
    this.allocator = allocator;
    this.seen = new OrphanNumbers(context.geometry().inodesPerGroup());
  }

  /**
   * The inode with a number, if it may be an orphan.
   *
   * @throws CorruptionException ORPHAN, or what is wrong with the inode itself
   * @throws UnsupportedFeatureException ea_inode
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
      // fs-verity keeps its tree behind the end: such a file is on the list only without the flag.
      throw corrupt(number, "has links, and nothing that could be cut off");
    }
    return inode;
  }

  private void requireNumber(long number) throws CorruptionException {
    SuperblockView superblock = context.superblock().view();
    if (number < context.geometry().firstInode() || number > context.geometry().inodeCount()) {
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
    return new AttributeBlock(inode, context.geometry(), context.cache(), context.allocator());
  }

  private static CorruptionException corrupt(long number, String what) {
    return new CorruptionException(Kind.ORPHAN, "orphan inode " + number + " " + what);
  }
}
