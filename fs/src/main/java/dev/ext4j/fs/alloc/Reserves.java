package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.Superblock;
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

  /** Clusters that may be taken for a purpose; none if it is negative. */
  long available(SpaceRequest.Purpose purpose) {
    long free = superblock.freeClusters();
    return switch (purpose) {
      case PROMISED_DATA -> free;
      case METADATA -> free - promised.get();
      case DATA -> free - promised.get() - forMetadata - (keepsRootReserve ? forRoot : 0);
    };
  }

  /** Promises clusters to content in memory; false if there are not so many. */
  synchronized boolean promise(long clusterCount) {
    if (steadyFree() - promised.get() - forMetadata - (keepsRootReserve ? forRoot : 0)
        < clusterCount) {
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

  /** The counter may be changed by others at the moment: its two halves must belong together. */
  private long steadyFree() {
    long free = superblock.freeClusters();
    for (long again = superblock.freeClusters(); again != free; ) {
      free = again;
      again = superblock.freeClusters();
    }
    return free;
  }
}
