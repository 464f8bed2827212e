package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.HashTreeNode;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.dir.Directories;
import dev.ext4j.fs.fsck.dir.HashTreeMap;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The part of pass 1 that checks one inode after another: first the fields of the inode, then its
 * mapping. Each thread needs its own instance.
 */
final class InodeCheck {
  private static final int DIRECTORY = 4;
  private static final int REGULAR = 8;
  private static final int SYMLINK = 10;
  private static final int HURD = 1; // EXT2_OS_HURD
  private static final int WORDS = 15; // in i_block
  private static final int SECTOR_BITS = 9;
  private static final int FIRST_UNUSED_WORD = 4; // of i_block in a special file
  private static final long SPECIAL_FLAGS = FileFlag.IMMUTABLE.bit() | FileFlag.APPEND.bit();

  private final Geometry geometry;
  private final FeatureSet features;
  private final CheckedImage image;
  private final FsckState state;
  private final ProblemLog log;
  private final InodeNotes.Cursor notes;
  private final Directories.Found found;
  private final XattrCheck attributes;
  private final SymlinkCheck symlinks;
  private final MappingCheck mapping;
  private final ReservedInodes reserved;
  private final ByteBuffer root;
  private final boolean hurd;
  private final boolean lowDeletionTimes;

  InodeCheck(FsckState state, Directories.Found found) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.features = geometry.features();
    this.log = state.log();
    this.notes = state.notes().new Cursor();
    this.found = found;
    this.attributes = new XattrCheck(state);
    this.symlinks = new SymlinkCheck(image);
    this.mapping = new MappingCheck(state, found.runs());
    this.reserved = new ReservedInodes(image, log);
    this.root = CheckedImage.buffer(geometry.blockSize());
    // If the clock started at 0, deletion times look like inode numbers.
    this.lowDeletionTimes = image.superblock().writeTime().getEpochSecond() > geometry.inodeCount();
    this.hurd = image.superblock().creatorSystem() == HURD;
  }

  /** Checks one inode. */
  void check(InodeRecord inode) throws IOException {
    long number = inode.number();
    if (geometry.hasMetadataChecksums() && !inode.isChecksumValid()) {
      log.add(Problem.of(ProblemCode.INODE_CHECKSUM, number));
    }
    boolean hidden = reserved.isHidden(number);
    if (hidden && lowDeletionTimes && inode.deletionTime() != 0) {
      deletionTime(inode);
    }
    if (number == ReservedInodes.BAD_BLOCKS) {
      badBlocks(inode);
      return;
    }
    if (hidden) {
      if (!reserved.check(inode)) {
        if (fileAcl(inode) == 0) {
          attributes.clear(number);
          encryption(inode);
          mapping.setAttributeBlocks(0);
        } else {
          long unused = attributes(inode);
        }
        flagsAndForm(inode, inode.mode() >>> 12);
        caseFolding(inode, inode.mode() >>> 12);
        hashTreeFlag(inode, inode.mode() >>> 12);
        if (!reserved.isIdle(number)) {
          mapping.idle(inode);
        }
        return;
      }
    } else if (inode.linkCount() == 0 && state.isOrphan(number)) {
      hidden = true; // in use until the next mount, without a name
    } else if (inode.linkCount() == 0) {
      deleted(inode);
      return;
    }
    inUse(inode, hidden);
  }

  /**
   * Reports a deletion time that is low enough to be an inode number. Such a time would be a link
   * in the orphan list, which never contains reserved inodes.
   */
  private void deletionTime(InodeRecord inode) {
    if (inode.deletionTime() < geometry.inodeCount()) {
      log.add(
          Problem.of(ProblemCode.DELETION_TIME_SET, inode.number())
              .found(inode.deletionTime())
              .expected(0));
    }
  }

  private void badBlocks(InodeRecord inode) throws IOException {
    caseFolding(inode, REGULAR);
    if (inode.mode() != 0
        || inode.userId() != 0
        || inode.groupId() != 0
        || inode.linkCount() != 0
        || inode.fileAclLow() != 0
        || inode.hasFlag(FileFlag.EXTENTS)
        || inode.hasFlag(FileFlag.INLINE_DATA)) {
      log.add(Problem.of(ProblemCode.BAD_BLOCK_INODE, inode.number()));
    } else if (mapping.hasPointers(inode)) {
      mapping.badBlocks(inode);
    }
  }

  private void deleted(InodeRecord inode) {
    if (inode.deletionTime() == 0 && inode.mode() != 0) {
      log.add(Problem.of(ProblemCode.DELETED_WITHOUT_TIME, inode.number()));
    } else if (inode.deletionTime() != 0
        && inode.deletionTime() < geometry.inodeCount()
        && lowDeletionTimes) {
      // This is a link of an orphan list, but the list does not lead to this inode.
      log.add(Problem.of(ProblemCode.ORPHAN_LIST, inode.number()).found(inode.deletionTime()));
    }
  }

  private void inUse(InodeRecord inode, boolean hidden) throws IOException {
    long number = inode.number();
    int type = inode.mode() >>> 12;
    long flags = hidden ? InodeNotes.HIDDEN : 0;
    if (inode.deletionTime() != 0 && !hidden && !state.isOrphan(number)) {
      log.add(
          Problem.of(ProblemCode.DELETION_TIME_SET, number)
              .found(inode.deletionTime())
              .expected(0));
    }
    flags |= attributes(inode);
    if (inode.hasFlag(FileFlag.ENCRYPT) && features.has(IncompatFeature.ENCRYPT)) {
      flags |= InodeNotes.ENCRYPTED;
    }
    if (type == DIRECTORY && inode.hasFlag(FileFlag.INDEX)) {
      flags |= InodeNotes.INDEXED;
    }
    if (!hidden) {
      fields(inode);
    }
    if (hidden || type == DIRECTORY || type == REGULAR || type == SYMLINK) {
      hashTreeFlag(inode, type);
    }
    if (type == REGULAR
        && inode.size() > Integer.MAX_VALUE
        && !features.has(RoCompatFeature.LARGE_FILE)) {
      log.add(Problem.of(ProblemCode.LARGE_FILE_FEATURE, number).found(inode.size()));
    }
    caseFolding(inode, type);
    boolean mapped = flagsAndForm(inode, type);
    boolean usable = true;
    switch (type) {
      case DIRECTORY, REGULAR -> {}
      case SYMLINK -> usable = symlink(inode, mapped);
      default -> {
        usable = isSpecial(type) ? special(inode) : hidden && inode.mode() == 0;
        if (!usable && !isSpecial(type)) {
          log.add(Problem.of(ProblemCode.MODE_INVALID, number).found(inode.mode()));
        }
      }
    }
    notes.put(number, inode.mode(), inode.linkCount(), usable ? flags : flags | InodeNotes.BAD);
    state.statistics().count(type, state.groupOf(number));
    if (features.has(RoCompatFeature.QUOTA) && !hidden && !inode.hasFlag(FileFlag.EA_INODE)) {
      InodeView view = inode.view();
      state
          .usage()
          .add(
              view.userId(),
              view.groupId(),
              view.projectId(),
              1 + attributes.valueCount(),
              view.sectors() << SECTOR_BITS);
    }
    if (type == DIRECTORY && (!hidden || state.isOrphan(number))) {
      directory(inode, mapped);
    } else if (type == REGULAR || (hidden && type != SYMLINK)) {
      // The next mount will cut off blocks after the end, so the size is not checked.
      boolean cut = state.isOrphan(number);
      mapping.file(inode, mapped && usable, !cut);
    } else {
      mapping.blocksOf(inode, symlinkBlocks(inode, type));
    }
  }

  /** Returns whether an inode is a symbolic link that maps blocks. */
  private boolean symlinkBlocks(InodeRecord inode, int type) {
    return type == SYMLINK && !inode.hasFlag(FileFlag.INLINE_DATA) && !symlinks.isFast(inode);
  }

  private boolean symlink(InodeRecord inode, boolean mapped) throws IOException {
    boolean valid;
    if (!mapped) {
      valid = true; // the kind of its mapping is not known, and this has been reported
    } else if (inode.hasFlag(FileFlag.INLINE_DATA)) {
      valid =
          attributes.inlineSize() >= 0
              && inode.size() == InodeView.BLOCK_AREA_SIZE + attributes.inlineSize();
    } else if (symlinks.isFast(inode)) {
      valid = symlinks.isFastValid(inode);
    } else {
      long block = mapping.onlyBlock(inode);
      valid = symlinks.isSlowValid(inode, block, mapping.mappedBlocks());
    }
    boolean mixed = features.has(IncompatFeature.EXTENTS) && symlinks.hasExtentsFlagOnly(inode);
    if (!valid || mixed) {
      log.add(Problem.of(ProblemCode.SYMLINK_INVALID, inode.number()));
    }
    if (mapped && (inode.flags() & SPECIAL_FLAGS) != 0) {
      log.add(Problem.of(ProblemCode.SPECIAL_FILE_FLAGS, inode.number()).found(inode.flags()));
    }
    return valid;
  }

  /**
   * Checks a device, fifo or socket. It must have no size and no flags that are for inodes with
   * content.
   */
  private boolean special(InodeRecord inode) {
    long number = inode.number();
    long odd = SPECIAL_FLAGS | FileFlag.EXTENTS.bit() | FileFlag.INLINE_DATA.bit();
    if ((inode.flags() & odd) != 0) {
      log.add(Problem.of(ProblemCode.SPECIAL_FILE_FLAGS, number).found(inode.flags()));
    }
    if (inode.size() != 0) {
      log.add(Problem.of(ProblemCode.SPECIAL_FILE_SIZE, number).found(inode.size()).expected(0));
    }
    // The kernel may leave data after the device number, but no program sets these flags.
    boolean filled = false;
    for (int i = FIRST_UNUSED_WORD; i < WORDS; i++) {
      filled |= inode.blockWord(i) != 0;
    }
    boolean valid =
        !inode.hasFlag(FileFlag.INDEX)
            && !inode.hasFlag(FileFlag.EXTENTS)
            && !(filled && (inode.flags() & SPECIAL_FLAGS) != 0);
    if (!valid) {
      log.add(Problem.of(ProblemCode.SPECIAL_FILE_INVALID, number));
    }
    return valid;
  }

  private long attributes(InodeRecord inode) throws IOException {
    long number = inode.number();
    attributes.clear(number);
    if (geometry.inodeSize() > InodeView.BASE_SIZE) {
      int extra = inode.extraSize();
      int most = geometry.inodeSize() - InodeView.BASE_SIZE;
      if (extra != 0 && (extra < 4 || extra > most || (extra & 3) != 0)) {
        log.add(Problem.of(ProblemCode.EXTRA_SIZE, number).found(extra));
      } else if (inode.hasAttributesInside()) {
        attributes.inside(inode.view().extraArea());
      }
    }
    long block = fileAcl(inode);
    boolean has = false;
    if (block != 0 && !features.has(CompatFeature.EXT_ATTR)) {
      zero(inode, "i_file_acl", block);
    } else {
      has = block != 0 && !hurd && attributes.inBlock(block);
    }
    mapping.setAttributeBlocks((has ? geometry.clusterRatio() : 0) + attributes.valueBlocks());
    encryption(inode);
    if (inode.hasFlag(FileFlag.EA_INODE) && features.has(IncompatFeature.EA_INODE)) {
      state.xattrs().stateValueUsers(number, inode.changeTime() << 32 | inode.versionLow());
      return InodeNotes.EA_VALUE;
    }
    return 0;
  }

  private long fileAcl(InodeRecord inode) {
    boolean wide = features.has(IncompatFeature.BIT64);
    return inode.fileAclLow() | (wide ? (long) inode.fileAclHigh() << 32 : 0);
  }

  /** Checks fields that must be zero, and flags that need a feature. */
  private void fields(InodeRecord inode) {
    long number = inode.number();
    if (!hurd) {
      zero(inode, "i_faddr", inode.fragmentAddress());
      if (!features.has(IncompatFeature.BIT64)) {
        zero(inode, "i_file_acl_high", inode.fileAclHigh());
      }
      if (!features.has(RoCompatFeature.HUGE_FILE)) {
        zero(inode, "i_blocks_high", inode.blocksHigh());
      }
    }
    int type = inode.mode() >>> 12;
    if (type == DIRECTORY && !features.has(IncompatFeature.LARGEDIR)) {
      zero(inode, "i_size_high", inode.sizeHigh());
    }
    if (inode.hasFlag(FileFlag.IMAGIC) && !features.has(CompatFeature.IMAGIC_INODES)) {
      log.add(Problem.of(ProblemCode.IMAGIC_FLAG, number));
    }
  }

  /**
   * Reports the flag of a hash tree on an inode that cannot have a hash tree, whatever its type is.
   */
  private void hashTreeFlag(InodeRecord inode, int type) {
    if (inode.hasFlag(FileFlag.INDEX)
        && (type != DIRECTORY || !features.has(CompatFeature.DIR_INDEX))) {
      log.add(Problem.of(ProblemCode.INDEX_FLAG, inode.number()));
    }
  }

  private void caseFolding(InodeRecord inode, int type) {
    if (inode.hasFlag(FileFlag.CASEFOLD)
        && (type != DIRECTORY || !features.has(IncompatFeature.CASEFOLD))) {
      log.add(Problem.of(ProblemCode.CASEFOLD_FLAG, inode.number()));
    }
  }

  private void encryption(InodeRecord inode) {
    if (inode.hasFlag(FileFlag.ENCRYPT) && !attributes.hasEncryption()) {
      log.add(Problem.of(ProblemCode.ENCRYPT_FLAG, inode.number()));
    }
  }

  private void zero(InodeRecord inode, String field, long value) {
    if (value != 0) {
      log.add(
          Problem.of(ProblemCode.FIELD_NOT_ZERO, inode.number())
              .name(field)
              .found(value)
              .expected(0));
    }
  }

  /**
   * Checks whether the flags that describe how the content is stored are consistent.
   *
   * @return whether the content can be checked
   */
  private boolean flagsAndForm(InodeRecord inode, int type) {
    long number = inode.number();
    boolean extents = inode.hasFlag(FileFlag.EXTENTS);
    boolean inline = inode.hasFlag(FileFlag.INLINE_DATA);
    boolean withContent = type == DIRECTORY || type == REGULAR || type == SYMLINK;
    if (extents && !features.has(IncompatFeature.EXTENTS)) {
      log.add(Problem.of(ProblemCode.EXTENTS_FLAG, number));
      return false;
    }
    if (inline
        && (!features.has(IncompatFeature.INLINE_DATA)
            || (extents && !isSpecial(type))
            || (withContent && attributes.inlineSize() < 0))) {
      log.add(Problem.of(ProblemCode.INLINE_FLAG, number));
      if (!extents && withContent && mapping.looksLikeExtents(inode)) {
        log.add(Problem.of(ProblemCode.EXTENTS_FLAG, number));
      }
      return false;
    }
    if (!withContent) {
      return true;
    }
    if (!extents && !inline) {
      boolean fast = type == SYMLINK && symlinks.isFast(inode);
      if (features.has(IncompatFeature.EXTENTS) && !fast && mapping.looksLikeExtents(inode)) {
        log.add(Problem.of(ProblemCode.EXTENTS_FLAG, number));
        return false;
      }
      if (features.has(RoCompatFeature.BIGALLOC)
          && !fast
          && number != ReservedInodes.RESIZE
          && mapping.hasPointers(inode)) {
        log.add(Problem.of(ProblemCode.EXTENTS_FLAG, number));
        return false;
      }
    }
    return true;
  }

  /** Returns whether a type is that of a device, fifo or socket. */
  private static boolean isSpecial(int type) {
    return type == 1 || type == 2 || type == 6 || type == 12;
  }

  private void directory(InodeRecord inode, boolean mapped) throws IOException {
    boolean caseFolded = inode.hasFlag(FileFlag.CASEFOLD) && features.has(IncompatFeature.CASEFOLD);
    boolean encrypted = inode.hasFlag(FileFlag.ENCRYPT) && features.has(IncompatFeature.ENCRYPT);
    boolean indexed =
        inode.hasFlag(FileFlag.INDEX)
            && features.has(CompatFeature.DIR_INDEX)
            && !inode.hasFlag(FileFlag.INLINE_DATA);
    long blockCount = mapping.directory(inode, mapped, attributes);
    HashTreeMap tree =
        indexed && blockCount > 0 && mapping.isDirectoryWhole() && blockCount < 1 << 28
            ? new HashTreeMap((int) blockCount, hashVersion(mapping.firstDirectoryBlock()))
            : null;
    found.add(inode.number(), inode.checksumSeed(), encrypted, caseFolded, tree);
    if (inode.hasFlag(FileFlag.INLINE_DATA) && mapped) {
      found.runs().add(inode.number(), inlineContent(inode));
    }
  }

  /**
   * Returns the code of the hash function in the root of a hash tree. The code must be known before
   * the leaves are read. Returns -1 if there is no first block.
   */
  private int hashVersion(long firstBlock) throws IOException {
    if (firstBlock == 0) {
      return -1;
    }
    image.readBlock(firstBlock, root);
    return HashTreeNode.uncheckedRoot(root).hashVersion();
  }

  private byte[] inlineContent(InodeRecord inode) {
    byte[] content = new byte[InodeView.BLOCK_AREA_SIZE + attributes.inlineSize()];
    ByteBuffer area = ByteBuffer.wrap(content);
    inode.copyBlockArea(area);
    if (attributes.inlineSize() > 0) {
      inode
          .view()
          .extraArea()
          .get(
              attributes.inlineOffset(),
              content,
              InodeView.BLOCK_AREA_SIZE,
              attributes.inlineSize());
    }
    return content;
  }
}
