package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.BlockChanges;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The last free clusters, which only some requests may use. {@code s_r_blocks_count} blocks are
 * kept for root. With extents, up to 2 % or 4096 clusters, whichever is less, are kept for metadata
 * (the kernel's {@code s_resv_clusters}). With them, a tree can still be split when content finds
 * no space.
 */
final class Reserves {
  private static final int PARTS = 50;
  private static final long MOST_FOR_METADATA = 4096;

  private final Superblock superblock;
  private final long forMetadata;
  private final long forRoot;
  private final AtomicLong promised = new AtomicLong();
  private boolean keepsRootReserve;
  private long setAside;

  Reserves(Geometry geometry, Superblock superblock) {
    this.superblock = superblock;
    int bits = geometry.clusterRatioBits();
    boolean extents = geometry.features().has(IncompatFeature.EXTENTS);
    this.forMetadata =
        extents ? Math.min((geometry.blockCount() >>> bits) / PARTS, MOST_FOR_METADATA) : 0;
    boolean has64Bit = geometry.features().has(IncompatFeature.BIT64);
    this.forRoot = superblock.view().reservedBlockCount(has64Bit) >>> bits;
  }

  /** Prevents content from using the clusters reserved for root, from now on. */
  void keepRootReserve() {
    keepsRootReserve = true;
  }

  /**
   * Sets clusters aside for the open handle. Until {@link #taken} or {@link #giveBack} is called,
   * these clusters cannot be promised.
   *
   * @return the requested number of clusters, or the smaller number available for the purpose; zero
   *     or negative if there are none
   */
  synchronized long setAside(SpaceRequest.Purpose purpose, long wanted) {
    long available = Math.min(wanted, available(purpose));
    setAside = purpose == SpaceRequest.Purpose.PROMISED_DATA ? 0 : Math.max(0, available);
    return available;
  }

  /**
   * Returns the number of clusters that may be allocated for a purpose; zero or negative if there
   * are none.
   */
  synchronized long available(SpaceRequest.Purpose purpose) {
    long free = superblock.freeClusters();
    return switch (purpose) {
      case PROMISED_DATA -> free;
      case METADATA -> free - promised.get();
      case DATA -> free - promised.get() - forMetadata - (keepsRootReserve ? forRoot : 0);
    };
  }

  /**
   * Subtracts allocated clusters from the counter of free clusters, and releases the clusters that
   * were set aside, in one step.
   */
  synchronized void taken(BlockChanges changes, long clusterCount) {
    superblock.addFreeClusters(changes, -clusterCount);
    setAside = 0;
  }

  /** Releases the clusters that were set aside. */
  synchronized void giveBack() {
    setAside = 0;
  }

  /** Promises clusters to content in memory. Returns false if not enough clusters are free. */
  synchronized boolean promise(long clusterCount) {
    if (available(SpaceRequest.Purpose.DATA) - setAside < clusterCount) {
      return false;
    }
    promised.addAndGet(clusterCount);
    return true;
  }

  /**
   * Adds promises without a check that enough clusters are free. A negative number removes
   * promises.
   */
  void changePromised(long clusterCount) {
    promised.addAndGet(clusterCount);
  }

  long promised() {
    return promised.get();
  }
}
