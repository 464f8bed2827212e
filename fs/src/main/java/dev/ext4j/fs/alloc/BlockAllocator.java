package dev.ext4j.fs.alloc;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.MetadataZones;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.FreedSpace;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.SpaceReleaser;
import dev.ext4j.fs.lock.Safeguard;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes single clusters near a goal and frees runs of blocks. Freed clusters keep their bits until
 * the transaction commits, so that they cannot be taken again before.
 */
public final class BlockAllocator implements SpaceReleaser {
  /** Blocks that taking one cluster changes: bitmap, descriptor and superblock. */
  public static final int CREDITS_PER_ALLOCATION = 3;

  /** Blocks that freeing in one more group changes: bitmap and descriptor. */
  public static final int CREDITS_PER_GROUP = 2;

  private final Geometry geometry;
  private final BlockCache cache;
  private final Superblock superblock;
  private final GroupTable groups;
  private @Nullable MetadataZones zones;
  private @Nullable BlockDevice discards;

  /** An allocator over the groups of a file system. */
  public BlockAllocator(
      Geometry geometry, BlockCache cache, Superblock superblock, GroupTable groups) {
    this.geometry = geometry;
    this.cache = cache;
    this.superblock = superblock;
    this.groups = groups;
  }

  /**
   * Takes one cluster.
   *
   * @param goalBlock block near which it should lie
   * @return first block of the cluster
   * @throws FileOperationException ENOSPC
   */
  public long allocateCluster(Handle handle, long goalBlock) throws IOException {
    return allocateRun(handle, goalBlock, 1, Purpose.METADATA).firstBlock();
  }

  /** What space is taken for, which decides how much of the last of it may be used. */
  public enum Purpose {
    /** Content of files. */
    DATA,
    /** Nodes of trees and the like. */
    METADATA
  }

  /**
   * Clusters taken together.
   *
   * @param firstBlock first block of the first cluster
   * @param clusterCount how many, one after the other
   */
  public record Run(long firstBlock, int clusterCount) {}

  /**
   * Takes clusters that lie one after the other.
   *
   * @param goalBlock where they should begin
   * @param clusterCount how many are wanted, from 1 on
   * @return so many or fewer, at least one
   * @throws FileOperationException ENOSPC
   */
  public Run allocateRun(Handle handle, long goalBlock, long clusterCount, Purpose purpose)
      throws IOException {
    long goal = geometry.containsBlocks(goalBlock, 1) ? goalBlock : geometry.firstDataBlock();
    int wanted = (int) Math.min(clusterCount, geometry.clustersPerGroup());
    do {
      Run run = tryAllocate(handle, goal, wanted);
      if (run != null) {
        return run;
      }
      // What another transaction freed may be given out as soon as that is durable.
    } while (handle.awaitCommit());
    throw new FileOperationException(Errno.ENOSPC, "no free block is left");
  }

  private @Nullable Run tryAllocate(Handle handle, long goal, int wanted) throws IOException {
    int goalGroup = geometry.groupOf(goal);
    int goalCluster =
        (int) ((goal - geometry.groupStart(goalGroup)) >>> geometry.clusterRatioBits());
    // First the groups that have a bitmap; making one costs more and scatters metadata.
    for (boolean uninitialized : new boolean[] {false, true}) {
      for (int i = 0; i < geometry.groupCount(); i++) {
        int group = (goalGroup + i) % geometry.groupCount();
        GroupDescriptorView descriptor = groups.descriptor(group);
        if (descriptor.freeClusters() == 0
            || descriptor.isBlockBitmapUninitialized() != uninitialized) {
          continue;
        }
        Run run = allocateIn(handle, descriptor, i == 0 ? goalCluster : 0, wanted);
        if (run != null) {
          return run;
        }
      }
    }
    return null;
  }

  private @Nullable Run allocateIn(
      Handle handle, GroupDescriptorView descriptor, int from, int wanted) throws IOException {
    int group = descriptor.group();
    int clusters = geometry.clustersIn(group);
    boolean fresh = descriptor.isBlockBitmapUninitialized();
    BlockBitmap bitmap =
        fresh
            ? BlockBitmap.initialize(cache, geometry, zones(), descriptor, handle)
            : BlockBitmap.read(cache, descriptor);
    FreedSpace busy = handle.busy();
    int cluster = nextFree(bitmap, group, busy, from, clusters);
    if (cluster < 0) {
      cluster = nextFree(bitmap, group, busy, 0, from);
    }
    if (cluster < 0) {
      return null; // the counter was too high: for fsck to tell
    }
    int count = 1;
    while (count < wanted
        && nextFree(bitmap, group, busy, cluster + count, Math.min(clusters, cluster + count + 1))
            >= 0) {
      count++;
    }
    long block = geometry.groupStart(group) + ((long) cluster << geometry.clusterRatioBits());
    long blocks = (long) count << geometry.clusterRatioBits();
    if (zones().touches(block, Math.min(blocks, geometry.blockCount() - block))) {
      throw new CorruptionException(
          Kind.BLOCK_BITMAP,
          "block bitmap of group " + group + " calls block " + block + " free, which is metadata");
    }
    bitmap.declare(handle);
    for (int i = 0; i < count; i++) {
      bitmap.set(cluster + i);
    }
    GroupDescriptorView changed = groups.declare(group, handle);
    if (fresh) {
      changed.markBlockBitmapInitialized();
    }
    changed.setFreeClusters(changed.freeClusters() - count);
    bitmap.seal(changed);
    changed.seal();
    superblock.addFreeClusters(handle, -count);
    return new Run(block, count);
  }

  /** The first free cluster of {@code [from, to)} that is not kept back, -1 if there is none. */
  private static int nextFree(
      BlockBitmap bitmap, int group, @Nullable FreedSpace busy, int from, int to) {
    int cluster = bitmap.nextClear(from, to);
    if (busy == null || !busy.hasGroup(group)) {
      return cluster;
    }
    FreedSpace.Group kept = busy.group(group);
    while (cluster >= 0 && kept.contains(cluster)) {
      cluster = bitmap.nextClear(cluster + 1, to);
    }
    return cluster;
  }

  /**
   * Makes sure that clusters count as taken, as a log says they are.
   *
   * @param firstBlock and {@code blockCount}: any part of the clusters
   * @throws CorruptionException BLOCK_OUT_OF_RANGE, BLOCK_IS_METADATA, or BLOCK_ALREADY_FREE for
   *     what is being freed at the same time
   */
  public void claim(Handle handle, long firstBlock, long blockCount) throws IOException {
    requireInside(firstBlock, blockCount);
    requireNotMetadata(firstBlock, blockCount);
    long end = firstBlock + blockCount;
    for (long block = firstBlock; block < end; ) {
      int group = geometry.groupOf(block);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      int bits = geometry.clusterRatioBits();
      claimIn(
          handle, group, (int) ((block - start) >>> bits), (int) ((groupEnd - 1 - start) >>> bits));
      block = groupEnd;
    }
  }

  /** Blocks that one {@link #claim} changes at most. */
  public int creditsToClaim(long firstBlock, long blockCount) throws CorruptionException {
    requireInside(firstBlock, blockCount);
    int groupCount =
        geometry.groupOf(firstBlock + blockCount - 1) - geometry.groupOf(firstBlock) + 1;
    return 1 + CREDITS_PER_GROUP * groupCount;
  }

  private void claimIn(Handle handle, int group, int first, int last) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    boolean fresh = descriptor.isBlockBitmapUninitialized();
    BlockBitmap bitmap =
        fresh
            ? BlockBitmap.initialize(cache, geometry, zones(), descriptor, handle)
            : BlockBitmap.read(cache, descriptor);
    boolean kept = handle.freed().hasGroup(group);
    int claimed = 0;
    for (int cluster = first; cluster <= last; cluster++) {
      if (kept && handle.freed().group(group).contains(cluster)) {
        throw new CorruptionException(
            Kind.BLOCK_ALREADY_FREE, "group " + group + ": what is used is freed as well");
      }
      if (!bitmap.isSet(cluster)) {
        bitmap.declare(handle);
        bitmap.set(cluster);
        claimed++;
      }
    }
    if (claimed > 0) {
      GroupDescriptorView changed = groups.declare(group, handle);
      if (fresh) {
        changed.markBlockBitmapInitialized();
      }
      changed.setFreeClusters(changed.freeClusters() - claimed);
      bitmap.seal(changed);
      changed.seal();
      superblock.addFreeClusters(handle, -claimed);
    }
  }

  private void requireInside(long firstBlock, long blockCount) throws CorruptionException {
    if (!geometry.containsBlocks(firstBlock, blockCount)) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE,
          "blocks " + firstBlock + " + " + blockCount + " lie outside the file system");
    }
  }

  /**
   * Frees every cluster that lies in {@code [firstBlock, firstBlock + blockCount)}; both ends must
   * be ends of clusters, or the end of the file system.
   *
   * @throws CorruptionException BLOCK_OUT_OF_RANGE, BLOCK_IS_METADATA or BLOCK_ALREADY_FREE: then
   *     nothing is freed
   */
  public void free(Handle handle, long firstBlock, long blockCount) throws IOException {
    requireInside(firstBlock, blockCount);
    requireNotMetadata(firstBlock, blockCount);
    long end = firstBlock + blockCount;
    for (long block = firstBlock; block < end; ) {
      int group = geometry.groupOf(block);
      long groupEnd = Math.min(end, geometry.groupStart(group) + geometry.blocksPerGroup());
      freeIn(handle, group, block, groupEnd - block);
      block = groupEnd;
    }
  }

  /**
   * Makes sure that blocks that a file claims are not the file system's own, before they are
   * changed as if they were the file's.
   *
   * @throws CorruptionException BLOCK_IS_METADATA
   */
  public void requireNotMetadata(long firstBlock, long blockCount) throws IOException {
    if (zones().touches(firstBlock, blockCount)) {
      throw new CorruptionException(
          Kind.BLOCK_IS_METADATA,
          "blocks " + firstBlock + " + " + blockCount + " belong to the file system itself");
    }
  }

  private void freeIn(Handle handle, int group, long firstBlock, long blockCount)
      throws IOException {
    int first = (int) ((firstBlock - geometry.groupStart(group)) >>> geometry.clusterRatioBits());
    int count = (int) ((blockCount + geometry.clusterRatio() - 1) >>> geometry.clusterRatioBits());
    GroupDescriptorView descriptor = groups.descriptor(group);
    if (descriptor.isBlockBitmapUninitialized()
        || !BlockBitmap.read(cache, descriptor).isSet(first, count)
        || !handle.freed().add(group, first, count, (int) geometry.clustersPerGroup())) {
      throw new CorruptionException(
          Kind.BLOCK_ALREADY_FREE,
          "blocks " + firstBlock + " + " + blockCount + " are free already, or used twice");
    }
    if (!Safeguard.FREED_SPACE_WAITS.isOn()) {
      FreedSpace now = new FreedSpace();
      now.add(group, first, count, (int) geometry.clustersPerGroup());
      release(now, handle);
      handle.freed().rollback();
    }
  }

  @Override
  public void release(FreedSpace freed, BlockChanges transaction) throws IOException {
    long total = 0;
    for (int group : freed.groupNumbers()) {
      FreedSpace.Group inGroup = freed.group(group);
      GroupDescriptorView descriptor = groups.declare(group, transaction);
      BlockBitmap bitmap = BlockBitmap.read(cache, descriptor);
      bitmap.declare(transaction);
      bitmap.clear(inGroup);
      descriptor.setFreeClusters(descriptor.freeClusters() + inGroup.count());
      bitmap.seal(descriptor);
      descriptor.seal();
      total += inGroup.count();
    }
    superblock.addFreeClusters(transaction, total);
  }

  /** Discards what is freed from now on, when that is durable. */
  public void discardOn(BlockDevice device) {
    discards = device;
  }

  @Override
  public void committed(FreedSpace freed) {
    BlockDevice device = discards;
    if (device == null) {
      return;
    }
    int bits = geometry.clusterRatioBits() + geometry.blockSizeBits();
    for (int group : freed.groupNumbers()) {
      long start = geometry.groupStart(group) << geometry.blockSizeBits();
      try {
        freed
            .group(group)
            .forEachRun(
                (first, count) -> {
                  long from = start + ((long) first << bits);
                  long end = geometry.blockCount() << geometry.blockSizeBits();
                  device.discard(from, Math.min((long) count << bits, end - from));
                });
      } catch (IOException e) {
        // The space is free whether the device knows or not.
        System.getLogger(BlockAllocator.class.getName())
            .log(System.Logger.Level.WARNING, "freed space could not be discarded", e);
        return;
      }
    }
  }

  /** Where the file system's own blocks lie. */
  public MetadataZones zones() throws IOException {
    if (zones == null) {
      zones = MetadataZones.read(geometry, groups);
    }
    return zones;
  }
}
