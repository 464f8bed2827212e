package dev.ext4j.fs.fsck;

import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Pass 5: bitmaps and counters against what the passes before have found in use. */
final class BitmapPass {
  private final FsckState state;
  private final Image image;
  private final Geometry geometry;
  private final Groups groups;
  private final ProblemLog log;
  private final ProgressListener progress;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final LongAdder freeClusters = new LongAdder();
  private final LongAdder freeInodes = new LongAdder();

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
    long expected = freeClusters.sum() << geometry.clusterRatioBits();
    if (free != expected) {
      log.add(Problem.of(ProblemCode.FREE_BLOCKS).found(free).expected(expected));
    }
    if (superblock.freeInodeCount() != freeInodes.sum()) {
      log.add(
          Problem.of(ProblemCode.FREE_INODES)
              .found(superblock.freeInodeCount())
              .expected(freeInodes.sum()));
    }
  }

  private void work() throws IOException {
    ByteBuffer bitmap = Image.buffer(geometry.blockSize());
    for (int group = next.getAndIncrement();
        group < groups.count();
        group = next.getAndIncrement()) {
      blocks(group, bitmap);
      inodes(group, bitmap);
      progress.progress(done.incrementAndGet(), groups.count());
    }
  }

  private void blocks(int group, ByteBuffer bitmap) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    int clusters = geometry.clustersIn(group);
    int used = state.claims().used().count(group);
    int free = clusters - used;
    freeClusters.add(free);
    counter(ProblemCode.GROUP_FREE_BLOCKS, group, descriptor.freeClusters(), free);
    boolean uninitialized = groups.isBlockBitmapUninitialized(group);
    if (uninitialized) {
      initialBitmap(group, bitmap);
    } else if (image.contains(descriptor.blockBitmapBlock(), 1)) {
      image.readBlock(descriptor.blockBitmapBlock(), bitmap);
      if (!descriptor.isBlockBitmapChecksumValid(bitmap)) {
        log.add(Problem.of(ProblemCode.BLOCK_BITMAP_CHECKSUM).group(group));
      }
      if (!isFull(bitmap, clusters)) {
        log.add(Problem.of(ProblemCode.BLOCK_BITMAP_PADDING).group(group));
      }
    } else {
      return; // its place was complained of
    }
    BitmapComparison comparison =
        new BitmapComparison(bitmap, clusters, index -> state.claims().used().word(group, index));
    long start = geometry.groupStart(group);
    boolean missing =
        comparison.missing(
            (from, count) -> differs(ProblemCode.BLOCK_MARKED_UNUSED, group, start, from, count));
    comparison.surplus(
        (from, count) -> differs(ProblemCode.BLOCK_MARKED_USED, group, start, from, count));
    if (missing && uninitialized) {
      log.add(Problem.of(ProblemCode.GROUP_UNINITIALIZED).group(group).name("blocks"));
    }
  }

  private void differs(ProblemCode code, int group, long start, int from, int count) {
    log.add(
        Problem.of(code)
            .group(group)
            .block(start + ((long) from << geometry.clusterRatioBits()))
            .found((long) count << geometry.clusterRatioBits()));
  }

  /** What a bitmap that was never written stands for: metadata only. */
  private void initialBitmap(int group, ByteBuffer bitmap) {
    clear(bitmap);
    long start = geometry.groupStart(group);
    int bits = geometry.clusterRatioBits();
    state
        .claims()
        .metadata()
        .visit(
            start,
            start + geometry.blocksIn(group),
            (from, end) -> {
              long last = (end - 1 - start) >>> bits;
              for (long cluster = (from - start) >>> bits; cluster <= last; cluster++) {
                int at = (int) (cluster >> 3);
                bitmap.put(at, (byte) (bitmap.get(at) | 1 << (cluster & 7)));
              }
            });
  }

  private static void clear(ByteBuffer bitmap) {
    for (int i = 0; i < bitmap.capacity(); i += Long.BYTES) {
      bitmap.putLong(i, 0);
    }
  }

  /** Whether all bits from one on are set. */
  private static boolean isFull(ByteBuffer bitmap, int from) {
    for (int bit = from; bit < bitmap.capacity() * 8; ) {
      if ((bit & 63) == 0) {
        if (bitmap.getLong(bit >> 3) != -1L) {
          return false;
        }
        bit += 64;
      } else {
        if ((bitmap.get(bit >> 3) & 1 << (bit & 7)) == 0) {
          return false;
        }
        bit++;
      }
    }
    return true;
  }

  private void inodes(int group, ByteBuffer bitmap) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    int count = (int) geometry.inodesPerGroup();
    long firstInode = group * geometry.inodesPerGroup() + 1;
    long[] used = usedInodes(firstInode, count);
    int free = count;
    for (long word : used) {
      free -= Long.bitCount(word);
    }
    freeInodes.add(free);
    counter(ProblemCode.GROUP_FREE_INODES, group, descriptor.freeInodes(), free);
    int directories = state.statistics().directories(group);
    counter(ProblemCode.GROUP_DIRECTORIES, group, descriptor.usedDirectories(), directories);
    boolean uninitialized = groups.isInodeBitmapUninitialized(group);
    if (uninitialized) {
      clear(bitmap);
    } else if (image.contains(descriptor.inodeBitmapBlock(), 1)) {
      image.readBlock(descriptor.inodeBitmapBlock(), bitmap);
      if (!descriptor.isInodeBitmapChecksumValid(bitmap)) {
        log.add(Problem.of(ProblemCode.INODE_BITMAP_CHECKSUM).group(group));
      }
      if (!isFull(bitmap, count)) {
        log.add(Problem.of(ProblemCode.INODE_BITMAP_PADDING).group(group));
      }
    } else {
      return; // its place was complained of
    }
    BitmapComparison comparison = new BitmapComparison(bitmap, count, index -> used[index]);
    boolean missing =
        comparison.missing(
            (from, n) ->
                log.add(
                    Problem.of(ProblemCode.INODE_MARKED_UNUSED, firstInode + from)
                        .group(group)
                        .found(n)));
    comparison.surplus(
        (from, n) ->
            log.add(
                Problem.of(ProblemCode.INODE_MARKED_USED, firstInode + from)
                    .group(group)
                    .found(n)));
    if (missing && uninitialized) {
      log.add(Problem.of(ProblemCode.GROUP_UNINITIALIZED).group(group).name("inodes"));
    }
  }

  private void counter(ProblemCode code, int group, long found, long expected) {
    if (found != expected) {
      log.add(Problem.of(code).group(group).found(found).expected(expected));
    }
  }

  private long[] usedInodes(long firstInode, int count) {
    long[] used = new long[(count + Long.SIZE - 1) / Long.SIZE];
    InodeNotes notes = state.notes();
    long end = firstInode + count;
    for (long inode = firstInode; inode < Math.min(end, geometry.firstInode()); inode++) {
      int bit = (int) (inode - firstInode);
      used[bit >> 6] |= 1L << bit; // reserved
    }
    for (long inode = notes.next(firstInode, end); inode > 0; inode = notes.next(inode + 1, end)) {
      if (InodeNotes.has(notes.get(inode), InodeNotes.IN_USE)) {
        int bit = (int) (inode - firstInode);
        used[bit >> 6] |= 1L << bit;
      }
    }
    return used;
  }
}
