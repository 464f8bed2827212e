package dev.ext4j.fs.group;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Remembered;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The superblock in the cache. Its counters change while the file system is open. */
public final class Superblock implements Remembered {
  private final Geometry geometry;
  private final CachedBlock block;
  private final SuperblockView view;
  private boolean sealed = true;
  private final int offset;
  private volatile long freeClusters;

  /**
   * Creates an object for the superblock with which the file system was opened.
   *
   * @param byteOffset the offset of the superblock on the device
   */
  public Superblock(Geometry geometry, BlockCache cache, long byteOffset) throws IOException {
    this.geometry = geometry;
    block = cache.get(byteOffset >>> geometry.blockSizeBits());
    offset = (int) (byteOffset & geometry.blockSize() - 1);
    view = viewIn(block.bytes());
    freeClusters = countedFree();
  }

  /** Returns a view of the superblock in another copy of the block that contains it. */
  public SuperblockView viewIn(ByteBuffer copy) throws CorruptionException {
    return SuperblockView.of(copy.slice(offset, SuperblockView.SIZE));
  }

  /** Returns a view of the superblock in the cached block. */
  public SuperblockView view() {
    return view;
  }

  /** Returns the block that contains the superblock. */
  public CachedBlock block() {
    return block;
  }

  /**
   * Returns the number of free clusters according to the counter. Any thread may call this method
   * while another one changes the counter.
   */
  public long freeClusters() {
    return freeClusters;
  }

  /**
   * Returns the counter of free blocks, converted to clusters. If its value is impossible, returns
   * the number of all clusters, so that the counters of the groups decide whether space is found.
   */
  private long countedFree() {
    long blocks = view.freeBlockCount(has64Bit());
    boolean possible = blocks >= 0 && blocks <= geometry.blockCount();
    return (possible ? blocks : geometry.blockCount()) >>> geometry.clusterRatioBits();
  }

  /**
   * Reads the counter of free blocks again, because undoing changes may have restored another
   * value.
   */
  @Override
  public void forget() {
    freeClusters = countedFree();
  }

  /** Adds a number to the counter of free clusters. A negative number reduces the counter. */
  public void addFreeClusters(BlockChanges changes, long delta) {
    declare(changes);
    // Unlike the groups, the superblock counts blocks.
    long blocks = view.freeBlockCount(has64Bit()) + (delta << geometry.clusterRatioBits());
    view.setFreeBlockCount(blocks, has64Bit());
    freeClusters = countedFree();
    sealed = false;
  }

  /**
   * Updates the checksum after calls of {@link #addFreeClusters}. That method leaves the checksum
   * unchanged, because it is called very often.
   */
  public void seal() {
    if (!sealed) {
      view.seal();
      sealed = true;
    }
  }

  /** Adds a number to the counter of free inodes. A negative number reduces the counter. */
  public void addFreeInodes(BlockChanges changes, long delta) {
    declare(changes);
    view.setFreeInodeCount(Math.max(0, view.freeInodeCount() + delta));
    view.seal();
  }

  /**
   * Sets the counters of free blocks and free inodes to the sums of the groups' counters. The
   * kernel writes the counters of the superblock only occasionally and computes them again at every
   * mount. Therefore they are not reliable after a crash.
   */
  public void recountFree(BlockChanges changes, GroupTable groups) throws IOException {
    long clusters = 0;
    long inodes = 0;
    for (int group = 0; group < geometry.groupCount(); group++) {
      GroupDescriptorView descriptor = groups.descriptor(group);
      clusters += descriptor.freeClusters();
      inodes += descriptor.freeInodes();
    }
    long blocks = Math.min(clusters << geometry.clusterRatioBits(), geometry.blockCount());
    inodes = Math.min(inodes, geometry.inodeCount());
    if (blocks == view.freeBlockCount(has64Bit()) && inodes == view.freeInodeCount()) {
      return;
    }
    declare(changes);
    view.setFreeBlockCount(blocks, has64Bit());
    freeClusters = countedFree();
    view.setFreeInodeCount(inodes);
    view.seal();
  }

  /** Sets the inode at the head of the orphan list. 0 makes the list empty. */
  public void setLastOrphan(BlockChanges changes, long inodeNumber) {
    declare(changes);
    view.setLastOrphan(inodeNumber);
    view.seal();
  }

  /** Marks the orphan file as empty. */
  public void clearOrphanPresent(BlockChanges changes) {
    declare(changes);
    view.clearFeature(RoCompatFeature.ORPHAN_PRESENT);
    view.seal();
  }

  private void declare(BlockChanges changes) {
    changes.declare(block, BlockRole.ALLOCATION);
    changes.remember(this);
  }

  private boolean has64Bit() {
    return geometry.features().has(IncompatFeature.BIT64);
  }
}
