package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;

/**
 * The inode that holds the blocks reserved for descriptors. Its double indirect block points to the
 * reserved blocks behind the primary descriptors, each of which points to its copies.
 */
final class ResizeInodeCheck {
  private static final int WORDS = 15;
  private static final int DOUBLE_INDIRECT = 13;
  private static final int REGULAR = 8;
  private static final int POINTER = Integer.BYTES;
  private static final int PIECE_BYTES = 1 << 20;

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
    int pointers = geometry.blockSize() / POINTER;
    int reserve = geometry.reservedDescriptorBlocks();
    long primary = SuperblockView.PRIMARY_BYTE_OFFSET >>> geometry.blockSizeBits();
    long firstReserved = primary + 1 + geometry.descriptorBlocks();
    ByteBuffer indirect = Image.buffer(geometry.blockSize());
    ByteBuffer expected = Image.buffer(geometry.blockSize());
    image.readBlock(block, indirect);
    for (int i = 0; i < reserve; i++) {
      // A block's place among the pointers is its number among all blocks of descriptors.
      int place = (int) ((geometry.descriptorBlocks() + i) % pointers);
      expected.putInt(place * POINTER, (int) (firstReserved + i));
      if (indirect.getInt(place * POINTER) != (int) (firstReserved + i)) {
        return false;
      }
    }
    boolean plain = reserve <= pointers && indirect.equals(expected) && hasNoOtherPointer(inode);
    long[] groups = groupsWithCopies();
    if (groups.length > pointers) {
      return false;
    }
    ByteBuffer wanted = Image.buffer(geometry.blockSize());
    int together = Math.max(1, Math.min(reserve, PIECE_BYTES >>> geometry.blockSizeBits()));
    ByteBuffer copies = Image.buffer(together << geometry.blockSizeBits());
    for (int i = 0; i < reserve; i++) {
      int at = i % together << geometry.blockSizeBits();
      if (at == 0) {
        int count = Math.min(together, reserve - i);
        image.read(firstReserved + i, copies.clear().limit(count << geometry.blockSizeBits()));
      }
      copies.limit(at + geometry.blockSize()).position(at);
      point(wanted, groups, firstReserved + i);
      if (!copies.equals(wanted)) {
        plain = false;
        if (!startsLike(copies, wanted, groups.length)) {
          return false;
        }
      }
    }
    if (plain && reserve > 0 && groups.length > 0 && geometry.clusterRatio() == 1) {
      long lastPlace = Math.min(geometry.descriptorBlocks() + reserve, pointers) - 1; // they wrap
      long lastLogical = DOUBLE_INDIRECT - 1 + pointers + lastPlace * pointers + groups.length - 1;
      state.resizeReserve().set(new ResizeReserve(1 + reserve * (groups.length + 1L), lastLogical));
    }
    return true;
  }

  /** Groups but the first that hold copies of the descriptors: as many as a block can name. */
  private long[] groupsWithCopies() {
    return LongStream.range(1, geometry.groupCount())
        .filter(group -> geometry.hasSuperblock((int) group))
        .toArray();
  }

  private void point(ByteBuffer copies, long[] groups, long reserved) {
    for (int place = 0; place < groups.length; place++) {
      copies.putInt(place * POINTER, (int) (reserved + groups[place] * geometry.blocksPerGroup()));
    }
  }

  private static boolean startsLike(ByteBuffer copies, ByteBuffer expected, int count) {
    ByteBuffer start = copies.duplicate().limit(copies.position() + count * POINTER);
    return start.equals(expected.duplicate().limit(count * POINTER));
  }

  private static boolean hasNoOtherPointer(InodeRecord inode) {
    for (int i = 0; i < WORDS; i++) {
      if (i != DOUBLE_INDIRECT && inode.blockWord(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
