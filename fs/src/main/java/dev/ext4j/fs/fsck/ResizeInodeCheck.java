package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The inode that holds the blocks reserved for descriptors. Its double indirect block points to the
 * reserved blocks behind the primary descriptors, each of which points to its copies.
 */
final class ResizeInodeCheck {
  private static final int WORDS = 15;
  private static final int DOUBLE_INDIRECT = 13;
  private static final int REGULAR = 8;

  private final FsckState state;
  private final Image image;
  private final Geometry geometry;

  ResizeInodeCheck(FsckState state) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
  }

  void run() throws IOException {
    InodeRecord inode = new InodeReader(state).read(ReservedInodes.RESIZE);
    if (inode == null || geometry.features().has(IncompatFeature.META_BG)) {
      return; // with meta_bg the features were complained of
    }
    boolean valid =
        geometry.features().has(CompatFeature.RESIZE_INODE) ? isInOrder(inode) : isEmpty(inode);
    if (!valid) {
      state.log().add(Problem.of(ProblemCode.RESIZE_INODE_INVALID, ReservedInodes.RESIZE));
    }
  }

  private static boolean isEmpty(InodeRecord inode) {
    for (int i = 0; i < WORDS; i++) {
      if (inode.blockWord(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isInOrder(InodeRecord inode) throws IOException {
    long block = inode.blockWord(DOUBLE_INDIRECT);
    if (inode.mode() >>> 12 != REGULAR || inode.linkCount() == 0 || !image.contains(block, 1)) {
      return false;
    }
    int pointers = geometry.blockSize() / Integer.BYTES;
    ByteBuffer indirect = Image.buffer(geometry.blockSize());
    ByteBuffer copies = Image.buffer(geometry.blockSize());
    image.readBlock(block, indirect);
    long primary = SuperblockView.PRIMARY_BYTE_OFFSET >>> geometry.blockSizeBits();
    long firstReserved = primary + 1 + geometry.descriptorBlocks();
    for (int i = 0; i < geometry.reservedDescriptorBlocks(); i++) {
      long reserved = firstReserved + i;
      // A block's place among the pointers is its number among all blocks of descriptors.
      int place = (int) ((geometry.descriptorBlocks() + i) % pointers);
      if (pointer(indirect, place) != reserved) {
        return false;
      }
      image.readBlock(reserved, copies);
      if (!areCopies(copies, reserved)) {
        return false;
      }
    }
    return true;
  }

  private boolean areCopies(ByteBuffer copies, long reserved) {
    int place = 0;
    for (int group = 1; group < geometry.groupCount(); group++) {
      if (geometry.hasSuperblock(group)) {
        if (place >= geometry.blockSize() / Integer.BYTES
            || pointer(copies, place) != reserved + group * geometry.blocksPerGroup()) {
          return false;
        }
        place++;
      }
    }
    return true;
  }

  private static long pointer(ByteBuffer block, int place) {
    return block.getInt(place * Integer.BYTES) & 0xFFFFFFFFL;
  }
}
