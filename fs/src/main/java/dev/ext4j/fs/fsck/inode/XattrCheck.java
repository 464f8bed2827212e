package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.XattrNameSpace;
import dev.ext4j.fs.format.XattrRecord;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.BlockClaims;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.XattrBlocks;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A check of extended attributes, one inode after another. It checks the attributes in the inode
 * and in the attribute block. Each thread needs its own instance.
 */
final class XattrCheck {
  private static final int MAGIC_SIZE = 4;

  private final CheckedImage image;
  private final Geometry geometry;
  private final BlockClaims claims;
  private final XattrBlocks blocks;
  private final ProblemLog log;
  private final ByteBuffer block;
  private final InodeReader values;
  private final BitSet taken = new BitSet();

  private long inode;
  private int inlineOffset;
  private int inlineSize;
  private boolean encryption;
  private long valueBlocks;
  private long valueCount;

  XattrCheck(FsckState state) {
    this.image = state.image();
    this.geometry = image.geometry();
    this.claims = state.claims();
    this.blocks = state.xattrs();
    this.log = state.log();
    this.values = new InodeReader(state);
    this.block = CheckedImage.buffer(geometry.blockSize());
  }

  /** Clears the results, before another inode is checked. */
  void clear(long inodeNumber) {
    inode = inodeNumber;
    inlineOffset = -1;
    inlineSize = -1;
    encryption = false;
    valueBlocks = 0;
    valueCount = 0;
  }

  /** Returns the number of values that are in separate inodes. */
  long valueCount() {
    return valueCount;
  }

  /**
   * Returns the number of blocks of values that are in separate inodes. The block count of the
   * inode that has the attributes includes them, because its quota is charged for these blocks.
   */
  long valueBlocks() {
    return valueBlocks;
  }

  /**
   * Returns the length of the value of the attribute that continues the inline data; -1 if the
   * inode has none.
   */
  int inlineSize() {
    return inlineSize;
  }

  /**
   * Returns the offset, in {@link InodeView#extraArea}, of the value of the attribute that
   * continues the inline data; -1 if the inode has none.
   */
  int inlineOffset() {
    return inlineOffset;
  }

  /** Returns whether the inode has an encryption context. */
  boolean hasEncryption() {
    return encryption;
  }

  /**
   * Checks the attributes after the fields of an inode.
   *
   * @param extra the area of the attributes, which begins with their magic number
   */
  void inside(ByteBuffer extra) throws IOException {
    taken.clear();
    ByteBuffer area = extra.slice(MAGIC_SIZE, extra.capacity() - MAGIC_SIZE).order(extra.order());
    ProblemCode code = entries(area, 0, false);
    if (code != null) {
      log.add(Problem.of(code, inode));
    }
    if (inlineOffset >= 0) {
      inlineOffset += MAGIC_SIZE;
    }
  }

  /**
   * Checks the attribute block of an inode.
   *
   * @return whether the block count of the inode includes this block
   */
  boolean inBlock(long number) throws IOException {
    if (!image.contains(number, 1)) {
      log.add(Problem.of(ProblemCode.XATTR_BLOCK_PLACE, inode).block(number));
      return false;
    }
    XattrBlocks.Shared shared = blocks.get(number);
    if (shared == null) {
      synchronized (blocks.lockOf(number)) {
        shared = blocks.get(number);
        if (shared == null) {
          shared = read(number);
          blocks.put(number, shared);
        }
      }
    }
    // Reported for each inode that uses the block, so that the order of the inodes does not matter.
    if (shared.problem() != null) {
      log.add(Problem.of(shared.problem(), inode).block(number));
    }
    if (!shared.isUsable()) {
      return false;
    }
    shared.addUser();
    encryption |= shared.hasEncryption();
    valueBlocks += shared.valueBlocks();
    valueCount += shared.valueCount();
    return true;
  }

  private XattrBlocks.Shared read(long number) throws IOException {
    image.readBlock(number, block);
    if (!XattrRecord.hasMagic(block) || XattrRecord.blocks(block) != 1) {
      return XattrBlocks.Shared.unusable(ProblemCode.XATTR_BLOCK);
    }
    final boolean had = encryption;
    final long before = valueBlocks;
    final long countBefore = valueCount;
    encryption = false;
    valueBlocks = 0;
    valueCount = 0;
    taken.clear();
    ProblemCode code = entries(block, XattrRecord.BLOCK_HEADER_SIZE, true);
    if (code == null && !XattrRecord.isChecksumValid(block, geometry, number)) {
      code = ProblemCode.XATTR_CHECKSUM;
    }
    if (code == null && !XattrRecord.isBlockHashRight(block)) {
      code = ProblemCode.XATTR_BLOCK_HASH;
    }
    XattrBlocks.Shared shared =
        code == ProblemCode.XATTR_ENTRY
            ? XattrBlocks.Shared.unusable(ProblemCode.XATTR_BLOCK)
            : new XattrBlocks.Shared(
                XattrRecord.references(block), encryption, valueBlocks, valueCount, code);
    encryption = had;
    valueBlocks = before;
    valueCount = countBefore;
    if (shared.isUsable()) {
      claims.claim(number, 1);
    }
    return shared;
  }

  /**
   * Checks all entries.
   *
   * @param first the offset of the first entry
   * @return the problem, or null
   */
  private @org.jspecify.annotations.Nullable ProblemCode entries(
      ByteBuffer bytes, int first, boolean inBlock) throws IOException {
    ProblemCode hash = null;
    int at = first;
    taken.set(0, first);
    while (at + MAGIC_SIZE <= bytes.capacity() && bytes.getInt(at) != 0) {
      if (at + XattrRecord.SIZE > bytes.capacity()) {
        return ProblemCode.XATTR_ENTRY;
      }
      int end = at + XattrRecord.entrySize(XattrRecord.nameLength(bytes, at));
      if (end > bytes.capacity() || !take(at, end)) {
        return ProblemCode.XATTR_ENTRY;
      }
      long size = XattrRecord.valueSize(bytes, at);
      long valueInode = XattrRecord.valueInode(bytes, at);
      int start = XattrRecord.valueOffset(bytes, at);
      if (valueInode == 0 && size > 0) {
        long padded = size + 3 & ~3L;
        if (start + padded > bytes.capacity() || !take(start, (int) (start + padded))) {
          return ProblemCode.XATTR_ENTRY;
        }
      } else if (valueInode != 0) {
        if (!valueInode(bytes, at, valueInode, size)) {
          hash = ProblemCode.XATTR_VALUE_INODE;
        }
        long clusterSize = 1L << geometry.clusterSizeBits();
        valueCount++;
        valueBlocks +=
            ((size + clusterSize - 1) >>> geometry.clusterSizeBits())
                << geometry.clusterRatioBits();
      }
      if (inBlock && XattrRecord.nameIndex(bytes, at) == 0) {
        return ProblemCode.XATTR_ENTRY;
      }
      note(bytes, at, start, size, valueInode, inBlock);
      if (valueInode == 0 && !isHashRight(bytes, at, start, (int) size, inBlock)) {
        hash = ProblemCode.XATTR_HASH;
      }
      at = end;
    }
    // Four bytes of zeros end the entries. Values must not overlap them.
    return at + MAGIC_SIZE > bytes.capacity() || !take(at, at + MAGIC_SIZE)
        ? ProblemCode.XATTR_ENTRY
        : hash;
  }

  /**
   * Returns whether an inode that holds a value has the right flags and size, and the hash of its
   * value matches the entry.
   */
  private boolean valueInode(ByteBuffer bytes, int at, long number, long size) throws IOException {
    if (!geometry.features().has(IncompatFeature.EA_INODE)
        || number < geometry.firstInode()
        || number > geometry.inodeCount()
        || number == inode) {
      return false;
    }
    blocks.addValueUser(number);
    InodeRecord value = values.read(number);
    if (value == null
        || !value.hasFlag(FileFlag.EA_INODE)
        || value.linkCount() == 0
        || value.size() != size) {
      return false;
    }
    // The hash of the value is in the field that is the access time of an ordinary inode.
    int valueHash = (int) value.accessTime();
    int stated = XattrRecord.hash(bytes, at);
    return stated == XattrRecord.addToHash(XattrRecord.nameHash(bytes, at, false), valueHash)
        || stated == XattrRecord.addToHash(XattrRecord.nameHash(bytes, at, true), valueHash);
  }

  private void note(
      ByteBuffer bytes, int at, int start, long size, long valueInode, boolean inBlock) {
    if (!inBlock
        && valueInode == 0
        && start + size <= bytes.capacity()
        && XattrRecord.isNamed(bytes, at, XattrNameSpace.SYSTEM.index(), "data")) {
      inlineOffset = start;
      inlineSize = (int) size;
    }
    if (XattrRecord.isNamed(bytes, at, XattrNameSpace.ENCRYPTION.index(), "c")) {
      encryption = true;
    }
  }

  /**
   * Marks bytes as used by an entry or a value.
   *
   * @return false if one of the bytes was marked before
   */
  private boolean take(int from, int to) {
    int next = taken.nextSetBit(from);
    if (next >= 0 && next < to) {
      return false;
    }
    taken.set(from, to);
    return true;
  }

  /**
   * Returns whether the hash of an entry is right. The kernel stores 0 as the hash of an attribute
   * in an inode.
   */
  private static boolean isHashRight(
      ByteBuffer bytes, int at, int start, int size, boolean inBlock) {
    int stated = XattrRecord.hash(bytes, at);
    return (stated == 0 && !inBlock)
        || stated == hash(bytes, at, start, size, false)
        || stated == hash(bytes, at, start, size, true);
  }

  private static int hash(ByteBuffer bytes, int at, int start, int size, boolean signed) {
    int hash = XattrRecord.nameHash(bytes, at, signed);
    for (int i = 0; i < size; i += Integer.BYTES) {
      int word = 0;
      for (int j = Integer.BYTES - 1; j >= 0; j--) {
        int place = start + i + j;
        // A value is padded with zeros. At the end of an inode the padding is outside the area.
        word = word << 8 | (place < bytes.capacity() ? bytes.get(place) & 0xFF : 0);
      }
      hash = XattrRecord.addToHash(hash, word);
    }
    return hash;
  }
}
