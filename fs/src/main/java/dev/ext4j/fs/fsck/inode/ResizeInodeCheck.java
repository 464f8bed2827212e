package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import dev.ext4j.fs.fsck.state.ResizeReserve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The check of the resize inode, which holds the blocks reserved for descriptors. Its double
 * indirect block points to the reserved blocks after the primary descriptors. Each reserved block
 * points to the copies of itself in other groups.
 */
public final class ResizeInodeCheck {
  private static final int WORDS = 15;
  private static final int DOUBLE_INDIRECT = 13;
  private static final int REGULAR = 8;
  private static final int POINTER = Integer.BYTES;
  private static final int PIECE_BYTES = 1 << 18;

  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;

  /** Creates a check of the resize inode. */
  public ResizeInodeCheck(FsckState state) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
  }

  /**
   * Checks the resize inode, and reports the inode if it is invalid. Without the feature
   * resize_inode the inode must have no pointers. Runs before pass 1, which uses the {@link
   * FsckState#resizeReserve()} that this check may set.
   */
  public void run() throws IOException {
    InodeRecord inode = new InodeReader(state).read(ReservedInodes.RESIZE);
    if (inode == null || geometry.features().has(IncompatFeature.META_BG)) {
      return; // SuperblockCheck reports resize_inode with meta_bg
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
    int[] indirect = new int[pointers];
    ByteBuffer buffer = CheckedImage.buffer(geometry.blockSize());
    image.readBlock(block, buffer);
    buffer.asIntBuffer().get(indirect);
    int[] expected = new int[pointers];
    for (int i = 0; i < reserve; i++) {
      // The pointer to a block has the index that the block has among all descriptor blocks.
      int place = (int) ((geometry.descriptorBlocks() + i) % pointers);
      expected[place] = (int) (firstReserved + i);
      if (indirect[place] != expected[place]) {
        return false;
      }
    }
    int[] groups = groupsWithCopies();
    if (groups.length > pointers) {
      return false;
    }
    Copies found = compareCopies(firstReserved, reserve, groups);
    boolean plain =
        found == Copies.RIGHT && Arrays.equals(indirect, expected) && hasNoOtherPointer(inode);
    if (plain && reserve > 0 && groups.length > 0 && geometry.clusterRatio() == 1) {
      // The indexes of pointers wrap around at the end of the block.
      long lastPlace = Math.min(geometry.descriptorBlocks() + reserve, pointers) - 1;
      long lastLogical = DOUBLE_INDIRECT - 1 + pointers + lastPlace * pointers + groups.length - 1;
      state.resizeReserve().set(new ResizeReserve(1 + reserve * (groups.length + 1L), lastLogical));
    }
    return found != Copies.WRONG;
  }

  private enum Copies {
    /** Each block points to its copies and to no other block. */
    RIGHT,
    /** Each block points to its copies, and some point to other blocks after the copies. */
    AND_OTHERS,
    WRONG
  }

  /**
   * Compares the pointers in the reserved blocks with the positions of their copies, one piece at a
   * time.
   */
  private Copies compareCopies(long firstReserved, int reserve, int[] groups) throws IOException {
    int pointers = geometry.blockSize() / POINTER;
    int together = Math.max(1, Math.min(reserve, PIECE_BYTES >>> geometry.blockSizeBits()));
    ByteBuffer piece = CheckedImage.buffer(together << geometry.blockSizeBits());
    int[] copies = new int[pointers];
    int[] wanted = new int[pointers];
    for (int place = 0; place < groups.length; place++) {
      wanted[place] = (int) (firstReserved + groups[place] * geometry.blocksPerGroup());
    }
    Copies verdict = Copies.RIGHT;
    for (int i = 0; i < reserve; i++) {
      if (i % together == 0) {
        int count = Math.min(together, reserve - i);
        image.read(firstReserved + i, piece.clear().limit(count << geometry.blockSizeBits()));
        piece.flip();
      }
      piece.position(i % together << geometry.blockSizeBits());
      piece.asIntBuffer().get(copies);
      if (!Arrays.equals(copies, wanted)) {
        if (!Arrays.equals(copies, 0, groups.length, wanted, 0, groups.length)) {
          return Copies.WRONG;
        }
        verdict = Copies.AND_OTHERS;
      }
      for (int place = 0; place < groups.length; place++) {
        wanted[place]++; // the copies of the next block follow these
      }
    }
    return verdict;
  }

  /** Returns the groups that hold copies of the descriptors, without group 0. */
  private int[] groupsWithCopies() {
    int[] groups = new int[geometry.groupCount()];
    int count = 0;
    for (int group = 1; group < groups.length; group++) {
      if (geometry.hasSuperblock(group)) {
        groups[count++] = group;
      }
    }
    return Arrays.copyOf(groups, count);
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
