package dev.ext4j.fs.fsck;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Symbolic links: in the inode, in inline data, or in one block. One for each thread. */
final class SymlinkCheck {
  private static final int WORDS = InodeView.BLOCK_AREA_SIZE / Integer.BYTES;

  private final Image image;
  private final Geometry geometry;
  private final ByteBuffer area =
      ByteBuffer.allocate(InodeView.BLOCK_AREA_SIZE).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer block;

  SymlinkCheck(Image image) {
    this.image = image;
    this.geometry = image.geometry();
    this.block = Image.buffer(geometry.blockSize());
  }

  /** Whether the target lies in {@code i_block}: where there are no blocks but of attributes. */
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

  /** Whether a link in {@code i_block} is one. */
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

  /** Whether a link in a block is one. */
  boolean isSlowValid(InodeRecord inode, long physicalBlock, long mappedBlocks) throws IOException {
    long size = inode.size();
    if (size == 0
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

  /** Whether a block map has more than its first pointer, even if that leads nowhere. */
  private static boolean hasOtherPointer(InodeRecord inode) {
    for (int i = 1; i < WORDS && !inode.hasFlag(FileFlag.EXTENTS); i++) {
      if (inode.blockWord(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** {@code struct fscrypt_symlink_data}: a length of 16 bits before the bytes. */
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
