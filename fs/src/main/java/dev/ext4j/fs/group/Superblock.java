package dev.ext4j.fs.group;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.BlockRole;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The superblock in the cache, and the counters that change in it. */
public final class Superblock {
  private final Geometry geometry;
  private final CachedBlock block;
  private final SuperblockView view;
  private final int offset;

  /**
   * The superblock in use.
   *
   * @param byteOffset where it lies on the device
   */
  public Superblock(Geometry geometry, BlockCache cache, long byteOffset) throws IOException {
    this.geometry = geometry;
    block = cache.get(byteOffset >>> geometry.blockSizeBits());
    offset = (int) (byteOffset & geometry.blockSize() - 1);
    view = viewIn(block.bytes());
  }

  /** The superblock in another copy of its block. */
  public SuperblockView viewIn(ByteBuffer copy) throws CorruptionException {
    return SuperblockView.of(copy.slice(offset, SuperblockView.SIZE));
  }

  /** Its fields. */
  public SuperblockView view() {
    return view;
  }

  /** The block it lies in. */
  public CachedBlock block() {
    return block;
  }

  /** Free clusters by the counter. */
  public long freeClusters() {
    return view.freeBlockCount(has64Bit()) >>> geometry.clusterRatioBits();
  }

  /** Adds to the counter of free clusters; a negative number takes away. */
  public void addFreeClusters(BlockChanges changes, long delta) {
    changes.declare(block, BlockRole.ALLOCATION);
    // Unlike the groups, the superblock counts blocks.
    long blocks = view.freeBlockCount(has64Bit()) + (delta << geometry.clusterRatioBits());
    view.setFreeBlockCount(blocks, has64Bit());
    view.seal();
  }

  private boolean has64Bit() {
    return geometry.features().has(IncompatFeature.BIT64);
  }
}
