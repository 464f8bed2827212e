package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.BlockChanges;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The last free clusters, which are not for everybody: {@code s_r_blocks_count} is kept for root,
 * and with extents up to 2 % or 4096 clusters, whichever is less, for metadata, so that a tree can
 * be split when content finds no space any more (the kernel's {@code s_resv_clusters}).
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

  /** From now on what is kept for root is left alone. */
  void keepRootReserve() {
    keepsRootReserve = true;
  }

  /**
   * Sets clusters aside for the one handle that is open, until {@link #taken}: no promise can be
   * made of them meanwhile.
   *
   * @return as many as are wanted, or as many as there are for the purpose; none if not positive
   */
  synchronized long setAside(SpaceRequest.Purpose purpose, long wanted) {
    long available = Math.min(wanted, available(purpose));
    setAside = purpose == SpaceRequest.Purpose.PROMISED_DATA ? 0 : Math.max(0, available);
    return available;
  }

  /** Clusters that may be taken for a purpose; none if it is negative. */
  synchronized long available(SpaceRequest.Purpose purpose) {
    long free = superblock.freeClusters();
    return switch (purpose) {
      case PROMISED_DATA -> free;
      case METADATA -> free - promised.get();
      case DATA -> free - promised.get() - forMetadata - (keepsRootReserve ? forRoot : 0);
    };
  }

  /** Lets what was set aside count as taken, in one step. */
  synchronized void taken(BlockChanges changes, long clusterCount) {
    superblock.addFreeClusters(changes, -clusterCount);
    setAside = 0;
  }

  /** Nothing is set aside any more. */
  synchronized void giveBack() {
    setAside = 0;
  }

  /** Promises clusters to content in memory; false if there are not so many. */
  synchronized boolean promise(long clusterCount) {
    if (available(SpaceRequest.Purpose.DATA) - setAside < clusterCount) {
      return false;
    }
    promised.addAndGet(clusterCount);
    return true;
  }

  /** Promises clusters that there are for certain, or takes promises back where negative. */
  void changePromised(long clusterCount) {
    promised.addAndGet(clusterCount);
  }

  long promised() {
    return promised.get();
  }
}
