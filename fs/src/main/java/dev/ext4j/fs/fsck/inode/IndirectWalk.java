package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.BlockClaims;
import dev.ext4j.fs.fsck.state.BlockUse;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A walk through block maps, one inode after another. Each thread needs its own instance. */
final class IndirectWalk {
  private static final int DIRECT = 12;
  private static final int LEVELS = 3;

  private final CheckedImage image;
  private final Geometry geometry;
  private final BlockClaims claims;
  private final ProblemLog log;
  private final BlockUse use;
  private final ByteBuffer[] blocks = new ByteBuffer[LEVELS];
  private final int pointersPerBlock;

  // The current inode.
  private long inode;
  private WalkMode mode = WalkMode.LOOK;
  private boolean resize;
  private long mostBlocks;
  private BlockUse.RunListener listener = (logical, physical, count) -> {};
  private long runLogical;
  private long runPhysical;
  private long runCount;

  IndirectWalk(CheckedImage image, BlockClaims claims, ProblemLog log, BlockUse use) {
    this.image = image;
    this.geometry = image.geometry();
    this.claims = claims;
    this.log = log;
    this.use = use;
    this.pointersPerBlock = geometry.blockSize() / Integer.BYTES;
  }

  /**
   * Walks the block map of an inode.
   *
   * @param isResize whether the inode is the resize inode. Most of the blocks of that inode are
   *     reserved for descriptors and are claimed as metadata.
   * @param how the effects of the walk besides passing runs to the listener
   */
  void walk(
      InodeRecord record,
      boolean isDirectory,
      boolean isResize,
      WalkMode how,
      BlockUse.RunListener runs)
      throws IOException {
    inode = record.number();
    resize = isResize;
    mode = how;
    listener = runs;
    mostBlocks = isDirectory ? 1L << (21 - (geometry.blockSizeBits() - 10)) : Long.MAX_VALUE;
    runCount = 0;
    for (int i = 0; i < DIRECT; i++) {
      content(record.blockWord(i), i);
    }
    long logical = DIRECT;
    for (int level = 0; level < LEVELS; level++) {
      indirect(record.blockWord(DIRECT + level), level, logical);
      logical += capacity(level);
    }
    endRun();
  }

  /** Returns the number of blocks of content below an indirect block of a level. */
  private long capacity(int level) {
    long count = pointersPerBlock;
    for (int i = 0; i < level; i++) {
      count *= pointersPerBlock;
    }
    return count;
  }

  /**
   * Walks one indirect block and the blocks below it. The depth of the recursion is limited by the
   * format and does not depend on the image.
   */
  private void indirect(long block, int level, long logical) throws IOException {
    if (block == 0 || !isUsable(block, logical)) {
      return;
    }
    if (claims.metadata().touches(block, 1) && !resize) {
      report(Problem.of(ProblemCode.BLOCK_IS_METADATA, inode).logical(logical).block(block));
      return;
    }
    endRun();
    use.count(geometry.clusterRatio());
    listener.run(-1, block, 1);
    boolean claiming = mode == WalkMode.CLAIM && !(resize && level == 0);
    boolean follow = claiming ? claims.claimNode(block) : claims.mayLook(block);
    if (!follow) {
      return;
    }
    if (blocks[level] == null) {
      blocks[level] = CheckedImage.buffer(geometry.blockSize());
    }
    ByteBuffer pointers = blocks[level];
    image.readBlock(block, pointers);
    long below = level == 0 ? 1 : capacity(level - 1);
    for (int i = 0; i < pointersPerBlock && !use.isTooLarge(); i++) {
      long pointer = pointers.getInt(i * Integer.BYTES) & 0xFFFFFFFFL;
      if (pointer == 0) {
        continue;
      }
      if (level == 0) {
        content(pointer, logical + i);
      } else {
        indirect(pointer, level - 1, logical + i * below);
      }
    }
  }

  private void content(long block, long logical) {
    if (block == 0 || !isUsable(block, logical)) {
      return;
    }
    if (logical >= mostBlocks) {
      report(Problem.of(ProblemCode.FILE_TOO_BIG, inode).logical(logical).block(block));
      return;
    }
    if (runCount > 0 && runLogical + runCount == logical && runPhysical + runCount == block) {
      runCount++;
      return;
    }
    endRun();
    runLogical = logical;
    runPhysical = block;
    runCount = 1;
  }

  private void endRun() {
    if (runCount == 0) {
      return;
    }
    use.count(runCount * geometry.clusterRatio()); // a ratio above 1: the resize inode only
    use.reach(runLogical + runCount - 1, true);
    if (mode == WalkMode.CLAIM && !resize) {
      use.repeat(claims.claim(runPhysical, runCount));
    }
    listener.run(runLogical, runPhysical, runCount);
    runCount = 0;
  }

  private boolean isUsable(long block, long logical) {
    if (image.contains(block, 1)) {
      return true;
    }
    report(Problem.of(ProblemCode.BLOCK_NUMBER_ILLEGAL, inode).logical(logical).block(block));
    return false;
  }

  private void report(Problem problem) {
    if (mode != WalkMode.LOOK) {
      log.add(problem);
    }
  }
}
