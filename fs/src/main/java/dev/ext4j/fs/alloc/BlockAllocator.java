package dev.ext4j.fs.alloc;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
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
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An allocator that takes runs of clusters near a goal and frees runs of blocks. Freed clusters
 * keep their bits in the bitmap until the transaction commits. They are not allocated again until
 * the commit is durable.
 */
public class BlockAllocator implements SpaceReleaser {
  /**
   * The number of blocks that one allocation changes: the block bitmap, the group descriptor and
   * the superblock.
   */
  public static final int CREDITS_PER_ALLOCATION = 3;

  /**
   * The number of blocks that change in each group in which clusters are freed: the block bitmap
   * and the group descriptor.
   */
  public static final int CREDITS_PER_GROUP = 2;

  private final Geometry geometry;
  private final BlockCache cache;
  private final Superblock superblock;
  private final GroupTable groups;
  private final Probes probes;
  private final Reserves reserves;
  private final SpaceSearch search;
  private final StreamWindows windows = new StreamWindows();
  private final BlockGoals goals;
  private volatile @Nullable MetadataZones zones;
  private @Nullable BlockDevice discards;

  /**
   * Creates an allocator for the groups of a file system. It has no stream windows yet and discards
   * nothing.
   */
  public BlockAllocator(
      Geometry geometry,
      BlockCache cache,
      Superblock superblock,
      GroupTable groups,
      Probes probes) {
    this.geometry = geometry;
    this.probes = probes;
    this.cache = cache;
    this.superblock = superblock;
    this.groups = groups;
    this.reserves = new Reserves(geometry, superblock);
    this.goals = new BlockGoals(geometry, superblock);
    this.search = new SpaceSearch(geometry, groups);
  }

  /**
   * Allocates one cluster.
   *
   * @param goalBlock the block near which the cluster should be
   * @return the first block of the cluster
   * @throws FileOperationException with ENOSPC if no cluster is free
   */
  public long allocateCluster(Handle handle, long goalBlock) throws IOException {
    return allocateCluster(handle, goalBlock, Long.MAX_VALUE);
  }

  /**
   * Allocates one cluster like {@link #allocateCluster(Handle, long)}, with an upper bound.
   *
   * @param endBlock the block below which the cluster must be
   */
  public long allocateCluster(Handle handle, long goalBlock, long endBlock) throws IOException {
    return allocateRun(handle, SpaceRequest.metadata(goalBlock, 1).before(endBlock)).firstBlock();
  }

  /**
   * A run of allocated clusters.
   *
   * @param firstBlock first block of the first cluster
   * @param clusterCount number of consecutive clusters
   */
  public record Run(long firstBlock, int clusterCount) {}

  /**
   * Allocates consecutive clusters.
   *
   * @return the requested number of clusters or fewer, at least one
   * @throws FileOperationException with ENOSPC if no cluster is free
   */
  public Run allocateRun(Handle handle, SpaceRequest request) throws IOException {
    do {
      Run run = tryAllocate(handle, request);
      if (run != null) {
        return run;
      }
      // Clusters that the committing transaction freed can be allocated after it is durable.
    } while (handle.awaitCommit());
    throw new FileOperationException(Errno.ENOSPC, "no free block is left");
  }

  private @Nullable Run tryAllocate(Handle handle, SpaceRequest request) throws IOException {
    long most = Math.min(geometry.clustersPerGroup(), request.clusterCount());
    long available = reserves.setAside(request.purpose(), most);
    if (available <= 0) {
      return null;
    }
    int wanted = (int) available;
    try {
      SpaceSearch.Groups open = descriptor -> open(handle, descriptor, request);
      SpaceSearch.Place place = search.find(request, wanted, windows, open);
      if (place == null && !windows.isEmpty()) {
        windows.dropAll();
        place = search.find(request, wanted, windows, open);
      }
      return place == null ? null : take(handle, place, request.stream());
    } finally {
      reserves.giveBack();
    }
  }

  private FreeRuns open(Handle handle, GroupDescriptorView descriptor, SpaceRequest request)
      throws IOException {
    int group = descriptor.group();
    FreedSpace busy = handle.busy();
    return new FreeRuns(
        descriptor.isBlockBitmapUninitialized()
            ? BlockBitmap.planned(geometry, zones(), group)
            : BlockBitmap.read(cache, descriptor),
        busy != null && busy.hasGroup(group) ? busy.group(group) : null,
        geometry.clustersIn(group),
        search.clustersBelow(request, group));
  }

  /** Returns the bitmap of a group, which is initialised first if necessary. */
  private BlockBitmap bitmap(Handle handle, GroupDescriptorView descriptor) throws IOException {
    if (!descriptor.isBlockBitmapUninitialized()) {
      return BlockBitmap.read(cache, descriptor);
    }
    BlockBitmap bitmap = BlockBitmap.initialize(cache, geometry, zones(), descriptor, handle);
    GroupDescriptorView changed = groups.declare(descriptor.group(), handle);
    changed.markBlockBitmapInitialized();
    bitmap.seal(changed);
    changed.seal();
    return bitmap;
  }

  private Run take(Handle handle, SpaceSearch.Place place, long stream) throws IOException {
    int group = place.group();
    int count = place.count();
    long block =
        geometry.groupStart(group) + ((long) place.cluster() << geometry.clusterRatioBits());
    long blocks = (long) count << geometry.clusterRatioBits();
    if (zones().touches(block, Math.min(blocks, geometry.blockCount() - block))) {
      throw new CorruptionException(
          Kind.BLOCK_BITMAP,
          "block bitmap of group " + group + " calls block " + block + " free, which is metadata");
    }
    if (probes.checks() && probes.takes(Safeguard.FREED_SPACE_WAITS)) {
      requireReleased(handle.freed(), place);
      requireReleased(handle.busy(), place);
    }
    BlockBitmap bitmap = bitmap(handle, groups.descriptor(group));
    GroupDescriptorView changed = groups.declare(group, handle);
    bitmap.declare(handle);
    handle.remember(search.memory(group));
    bitmap.set(place.cluster(), count);
    changed.setFreeClusters(changed.freeClusters() - count);
    bitmap.seal(changed);
    changed.seal();
    reserves.taken(handle, count);
    if (stream != 0) {
      windows.taken(stream, group, place.cluster(), count, geometry.clustersIn(group));
    }
    return new Run(block, count);
  }

  /**
   * Throws if the transaction that freed a cluster of the run is not durable yet. On disk, such a
   * cluster still belongs to its old owner (assertion A9 in docs/PROTOCOL.md).
   */
  private static void requireReleased(@Nullable FreedSpace freed, SpaceSearch.Place place) {
    if (freed == null || !freed.hasGroup(place.group())) {
      return;
    }
    FreedSpace.Group here = freed.group(place.group());
    for (int cluster = place.cluster(); cluster < place.cluster() + place.count(); cluster++) {
      if (here.contains(cluster)) {
        throw new ProtocolException(
            "cluster " + cluster + " of group " + place.group() + " is given out too early");
      }
    }
  }

  /**
   * Drops the stream window of a file, because an operation that is not an append changes the file.
   * After that, other files may use the clusters after the last allocation of the file.
   */
  public void endStream(long inodeNumber) {
    windows.drop(inodeNumber);
  }

  /** Prevents content from using the blocks reserved for root, from now on. */
  public void keepRootReserve() {
    reserves.keepRootReserve();
  }

  /**
   * Marks clusters as allocated if they are free. The replay of fast commits calls this method for
   * blocks that a record of the log maps.
   *
   * @param firstBlock first block of a range of {@code blockCount} blocks; each cluster with a
   *     block of the range is marked
   * @throws CorruptionException with BLOCK_OUT_OF_RANGE, BLOCK_IS_METADATA, or with
   *     BLOCK_ALREADY_FREE for clusters that the same transaction frees
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

  /** Returns the largest number of blocks that {@link #claim} of this range changes. */
  public int creditsToClaim(long firstBlock, long blockCount) throws CorruptionException {
    requireInside(firstBlock, blockCount);
    int groupCount =
        geometry.groupOf(firstBlock + blockCount - 1) - geometry.groupOf(firstBlock) + 1;
    return 1 + CREDITS_PER_GROUP * groupCount;
  }

  private void claimIn(Handle handle, int group, int first, int last) throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    BlockBitmap bitmap = bitmap(handle, descriptor);
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
   * Frees every cluster in {@code [firstBlock, firstBlock + blockCount)}. Both ends must be
   * boundaries of clusters, or the end of the file system.
   *
   * @throws CorruptionException with BLOCK_OUT_OF_RANGE, BLOCK_IS_METADATA or BLOCK_ALREADY_FREE;
   *     after this exception the caller must not commit the handle
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
   * Checks that blocks which a file maps are not metadata of the file system. The caller makes this
   * check before it changes the blocks as blocks of the file.
   *
   * @throws CorruptionException with BLOCK_IS_METADATA if one of them is metadata
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
    if (!probes.takes(Safeguard.FREED_SPACE_WAITS)) {
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
      search.forget(group);
      transaction.remember(search.memory(group));
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

  /**
   * Sets the device on which freed space is discarded from now on. The space is discarded after the
   * transaction that freed it is durable.
   */
  public void discardOn(BlockDevice device) {
    discards = device;
  }

  @Override
  public void seal() {
    superblock.seal();
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
        // The space is free even if the device has not discarded it.
        System.getLogger(BlockAllocator.class.getName())
            .log(System.Logger.Level.WARNING, "freed space could not be discarded", e);
        return;
      }
    }
  }

  /**
   * Promises clusters to content that is in memory only, so that its writeback cannot fail for lack
   * of space.
   *
   * @return false if there are not enough free clusters
   */
  public boolean promise(long clusterCount) {
    return reserves.promise(clusterCount);
  }

  /**
   * Reduces the number of promised clusters. A negative number adds promises, without a check that
   * enough clusters are free.
   */
  public void releasePromise(long clusterCount) {
    reserves.changePromised(-clusterCount);
  }

  /** Returns the number of clusters promised to content in memory. */
  public long promisedClusters() {
    return reserves.promised();
  }

  /** Returns the goals for the first blocks of files. */
  public BlockGoals goals() {
    return goals;
  }

  /** Returns the zones of the blocks that hold metadata of the file system. */
  public MetadataZones zones() throws IOException {
    MetadataZones known = zones;
    if (known == null) {
      known = MetadataZones.read(geometry, groups);
      zones = known;
    }
    return known;
  }
}
