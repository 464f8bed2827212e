package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A check of symbolic links whose target is in {@code i_block} or in one block. Each thread needs
 * its own instance.
 */
final class SymlinkCheck {
  private static final int WORDS = InodeView.BLOCK_AREA_SIZE / Integer.BYTES;

  private final CheckedImage image;
  private final Geometry geometry;
  private final ByteBuffer area =
      ByteBuffer.allocate(InodeView.BLOCK_AREA_SIZE).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer block;

  SymlinkCheck(CheckedImage image) {
    this.image = image;
    this.geometry = image.geometry();
    this.block = CheckedImage.buffer(geometry.blockSize());
  }

  /**
   * Returns whether the target is in {@code i_block}. This is the case if the inode has no extent
   * tree, and no blocks except those of extended attributes.
   */
  boolean isFast(InodeRecord inode) {
    long attributes = inode.fileAclLow() == 0 ? 0 : geometry.blockSize() >> 9;
    attributes <<= geometry.clusterRatioBits();
    return !inode.hasFlag(FileFlag.INLINE_DATA)
        && (inode.blocksLow() == attributes || (inode.blocksLow() == 0 && attributes != 0))
        && !hasTree(inode);
  }

  private static boolean hasTree(InodeRecord inode) {
    return inode.hasFlag(FileFlag.EXTENTS)
        && (inode.blockWord(0) & 0xFFFF) == 0xF30A
        && inode.size() >= InodeView.BLOCK_AREA_SIZE;
  }

  /**
   * Returns whether a link with the extents flag has no blocks. The kernel then reads {@code
   * i_block} as the target, whatever its size is.
   */
  boolean hasExtentsFlagOnly(InodeRecord inode) {
    boolean blocks =
        inode.fileAclLow() == 0
            ? inode.blocksLow() != 0
            : inode.size() >= InodeView.BLOCK_AREA_SIZE
                || (inode.size() > Integer.BYTES && inode.blockWord(1) == 0);
    return inode.hasFlag(FileFlag.EXTENTS) && !blocks;
  }

  /** Returns whether a link with its target in {@code i_block} is valid. */
  boolean isFastValid(InodeRecord inode) {
    long size = inode.size();
    if (size == 0 || size >= InodeView.BLOCK_AREA_SIZE || inode.hasFlag(FileFlag.EXTENTS)) {
      return false;
    }
    inode.copyBlockArea(area);
    return inode.hasFlag(FileFlag.ENCRYPT)
        ? isEncryptedLength(area, size)
        : lengthIn(area, WORDS * Integer.BYTES) == size;
  }

  /**
   * Returns whether a link with its target in a block is valid. A shorter target would be in {@code
   * i_block}. With the feature ea_inode the kernel looks for a shorter target there, whatever the
   * other fields of the inode are.
   */
  boolean isSlowValid(InodeRecord inode, long physicalBlock, long mappedBlocks) throws IOException {
    long size = inode.size();
    if (size < InodeView.BLOCK_AREA_SIZE
        || size > geometry.blockSize()
        || mappedBlocks != 1
        || physicalBlock <= 0
        || hasOtherPointer(inode)) {
      return false;
    }
    image.readBlock(physicalBlock, block);
    return inode.hasFlag(FileFlag.ENCRYPT)
        ? isEncryptedLength(block, size)
        : lengthIn(block, geometry.blockSize()) == size && size < geometry.blockSize();
  }

  /**
   * Returns whether a block map has a pointer other than the first that is not 0. A pointer that is
   * not valid counts too.
   */
  private static boolean hasOtherPointer(InodeRecord inode) {
    for (int i = 1; i < WORDS && !inode.hasFlag(FileFlag.EXTENTS); i++) {
      if (inode.blockWord(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether the length in {@code struct fscrypt_symlink_data} is possible. It has 16 bits
   * and is before the bytes of the target.
   */
  private static boolean isEncryptedLength(ByteBuffer bytes, long size) {
    int length = bytes.getShort(0) & 0xFFFF;
    return size > Short.BYTES && length + Short.BYTES <= size;
  }

  private static long lengthIn(ByteBuffer bytes, int most) {
    int length = 0;
    while (length < most && bytes.get(length) != 0) {
      length++;
    }
    return length;
  }
}
