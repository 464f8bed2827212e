package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.Groups;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.table.Bitmap;
import dev.ext4j.fs.fsck.table.Workers;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Pass 5: compares bitmaps and counters with the blocks and inodes that earlier passes found in
 * use.
 */
final class BitmapPass {
  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final Groups groups;
  private final ProblemLog log;
  private final ProgressListener progress;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicLong freeClusters = new AtomicLong();
  private final AtomicLong freeInodes = new AtomicLong();

  BitmapPass(FsckState state, ProgressListener progress) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.groups = state.groups();
    this.log = state.log();
    this.progress = progress;
  }

  void run(int threads) throws IOException {
    Workers.run(threads, this::work);
    SuperblockView superblock = image.superblock();
    long free = superblock.freeBlockCount(geometry.features().has(IncompatFeature.BIT64));
    long expected = freeClusters.get() << geometry.clusterRatioBits();
    if (free != expected) {
      log.add(Problem.of(ProblemCode.FREE_BLOCKS).found(free).expected(expected));
    }
    if (superblock.freeInodeCount() != freeInodes.get()) {
      log.add(
          Problem.of(ProblemCode.FREE_INODES)
              .found(superblock.freeInodeCount())
              .expected(freeInodes.get()));
    }
  }

  private void work() throws IOException {
    ByteBuffer buffer = CheckedImage.buffer(geometry.blockSize());
    Bitmap onDisk = new Bitmap(geometry.blockSize());
    Bitmap inUse = new Bitmap(geometry.blockSize());
    long unusedClusters = 0;
    long unusedInodes = 0;
    for (int group = next.getAndIncrement();
        group < groups.count();
        group = next.getAndIncrement()) {
      unusedClusters += blocks(group, buffer, onDisk, inUse);
      unusedInodes += inodes(group, buffer, onDisk, inUse);
      progress.progress(done.incrementAndGet(), groups.count());
    }
    freeClusters.addAndGet(unusedClusters);
    freeInodes.addAndGet(unusedInodes);
  }

  /**
   * Checks the block bitmap of a group.
   *
   * @return the number of free clusters of the group
   */
  private int blocks(int group, ByteBuffer buffer, Bitmap onDisk, Bitmap inUse) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    int clusters = geometry.clustersIn(group);
    boolean any = state.claims().used().copyTo(group, inUse.words());
    int free = any ? clusters - inUse.count() : clusters;
    counter(ProblemCode.GROUP_FREE_BLOCKS, group, descriptor.freeClusters(), free);
    boolean uninitialized = groups.isBlockBitmapUninitialized(group);
    if (uninitialized) {
      onDisk.clear(); // in an uninitialized bitmap, only metadata is in use
      state.claims().metadata().mark(group, onDisk);
    } else if (image.contains(descriptor.blockBitmapBlock(), 1)) {
      image.readBlock(descriptor.blockBitmapBlock(), buffer);
      onDisk.copy(buffer);
      if (!descriptor.isBlockBitmapChecksumValid(buffer)) {
        log.add(Problem.of(ProblemCode.BLOCK_BITMAP_CHECKSUM).group(group));
      }
      if (!onDisk.isFullFrom(clusters)) {
        log.add(Problem.of(ProblemCode.BLOCK_BITMAP_PADDING).group(group));
      }
    } else {
      return free; // GroupCheck has reported the position of the bitmap
    }
    if (!onDisk.startsLike(inUse, clusters)) {
      compare(
          group,
          onDisk,
          inUse,
          clusters,
          uninitialized ? "blocks" : null,
          (from, n) -> blocks(ProblemCode.BLOCK_MARKED_UNUSED, group, from, n),
          (from, n) -> blocks(ProblemCode.BLOCK_MARKED_USED, group, from, n));
    }
    return free;
  }

  private void blocks(ProblemCode code, int group, int from, int count) {
    int bits = geometry.clusterRatioBits();
    log.add(
        Problem.of(code)
            .group(group)
            .block(geometry.groupStart(group) + ((long) from << bits))
            .found((long) count << bits));
  }

  /**
   * Reports the bits at which a bitmap differs from the expected one.
   *
   * @param uninitialized a name for the objects in the bitmap if the bitmap was never written,
   *     otherwise null
   */
  private void compare(
      int group,
      Bitmap onDisk,
      Bitmap inUse,
      int bits,
      @Nullable String uninitialized,
      Bitmap.Runs markedUnused,
      Bitmap.Runs markedUsed) {
    boolean missing = inUse.runsBeyond(onDisk, bits, markedUnused);
    boolean unused = onDisk.runsBeyond(inUse, bits, markedUsed);
    if (missing && uninitialized != null) {
      log.add(Problem.of(ProblemCode.GROUP_UNINITIALIZED).group(group).name(uninitialized));
    }
  }

  /**
   * Checks the inode bitmap of a group.
   *
   * @return the number of free inodes of the group
   */
  private int inodes(int group, ByteBuffer buffer, Bitmap onDisk, Bitmap inUse) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    int count = (int) geometry.inodesPerGroup();
    int free = usedInodes(group, inUse) ? count - inUse.count() : count;
    counter(ProblemCode.GROUP_FREE_INODES, group, descriptor.freeInodes(), free);
    int directories = state.statistics().directories(group);
    counter(ProblemCode.GROUP_DIRECTORIES, group, descriptor.usedDirectories(), directories);
    boolean uninitialized = groups.isInodeBitmapUninitialized(group);
    if (uninitialized) {
      onDisk.clear();
    } else if (image.contains(descriptor.inodeBitmapBlock(), 1)) {
      image.readBlock(descriptor.inodeBitmapBlock(), buffer);
      onDisk.copy(buffer);
      if (!descriptor.isInodeBitmapChecksumValid(buffer)) {
        log.add(Problem.of(ProblemCode.INODE_BITMAP_CHECKSUM).group(group));
      }
      if (!onDisk.isFullFrom(count)) {
        log.add(Problem.of(ProblemCode.INODE_BITMAP_PADDING).group(group));
      }
    } else {
      return free; // GroupCheck has reported the position of the bitmap
    }
    if (!onDisk.startsLike(inUse, count)) {
      compare(
          group,
          onDisk,
          inUse,
          count,
          uninitialized ? "inodes" : null,
          (from, n) -> inodes(ProblemCode.INODE_MARKED_UNUSED, group, from, n),
          (from, n) -> inodes(ProblemCode.INODE_MARKED_USED, group, from, n));
    }
    return free;
  }

  private void inodes(ProblemCode code, int group, int from, int count) {
    long first = group * geometry.inodesPerGroup() + 1;
    log.add(Problem.of(code, first + from).group(group).found(count));
  }

  private void counter(ProblemCode code, int group, long found, long expected) {
    if (found != expected) {
      log.add(Problem.of(code).group(group).found(found).expected(expected));
    }
  }

  /**
   * Sets the bits of the inodes of a group that are in use.
   *
   * @return whether any of these inodes may be in use
   */
  private boolean usedInodes(int group, Bitmap inUse) {
    inUse.clear();
    int count = (int) geometry.inodesPerGroup();
    long firstInode = group * geometry.inodesPerGroup() + 1;
    boolean any = state.notes().markUsed(firstInode, count, inUse.words());
    long reserved = Math.min(geometry.firstInode() - firstInode, count);
    if (reserved > 0) {
      inUse.set(0, (int) reserved);
    }
    return any || reserved > 0;
  }
}
