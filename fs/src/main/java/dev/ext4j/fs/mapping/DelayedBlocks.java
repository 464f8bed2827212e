package dev.ext4j.fs.mapping;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The delayed blocks of a file, which are allocated only when their content is written back ({@code
 * ext4_da_map_blocks}). Space is reserved earlier, so that the allocation cannot fail for lack of
 * space. The delayed blocks are recorded in the status tree.
 */
public final class DelayedBlocks {
  private final Inode inode;
  private final Volume volume;
  private final BlockMapper mapper;

  /**
   * Creates an object for the delayed blocks of one file. The new instance replaces any earlier one
   * as the receiver of the space that the status tree of the inode releases ({@link
   * dev.ext4j.fs.status.ExtentStatusTree#reserveFrom}). Any instance can be the receiver, because
   * all instances change the same counter, {@link Inode#reservedClusters}.
   *
   * @param mapper the mapper of the same inode
   */
  public DelayedBlocks(Inode inode, Volume volume, BlockMapper mapper) {
    this.inode = inode;
    this.volume = volume;
    this.mapper = mapper;
    inode.status().reserveFrom(this::release);
  }

  private void release(long clusterCount, boolean used) {
    inode.reservedClusters().addAndGet(-clusterCount);
    volume.allocator().releasePromise(clusterCount);
  }

  /**
   * Makes sure that content of blocks can be written back: the blocks are allocated, or space is
   * reserved for them.
   *
   * @param right the lock that gives the caller the right to look up the mapping; the caller also
   *     holds the locks of the pages
   * @return the mapping of the blocks afterwards, for {@code count} blocks or fewer
   * @throws FileOperationException with ENOSPC if there is no space to reserve
   */
  Mapping prepare(MappingContext right, long first, long count) throws IOException {
    Mapping known = mapper.query(right, first, count).mapping();
    if (known.state() != State.HOLE) {
      return known;
    }
    volume.probes().reach(SyncPoint.DA_LOOKUP_HOLE, inode.inodeNumber(), first);
    return delay(known);
  }

  /**
   * Same as {@link #prepare}, but for one block and with a second attempt. If there is no space,
   * this method commits if that makes freed space usable. Then it tries again with a handle open.
   * No other thread allocates while the handle is open, so the numbers of free and of reserved
   * clusters are consistent.
   */
  public void prepareOrCommit(MappingContext right, long block) throws IOException {
    try {
      prepare(right, block, 1);
    } catch (FileOperationException e) {
      if (e.errno() != Errno.ENOSPC) {
        throw e;
      }
      if (volume.journal().hasFreedSpace()) {
        volume.journal().commit();
      }
      try (Handle handle = volume.journal().start(0)) {
        prepare(right, block, 1);
        handle.commit();
      }
    }
  }

  /**
   * Reserves space for a hole and makes it delayed. Another thread may have allocated the blocks
   * after the caller found the hole. Therefore the hole is looked up again under the tree lock,
   * which a thread must hold to map blocks.
   */
  private Mapping delay(Mapping seen) throws IOException {
    RankedLock lock = inode.locks().extentTree();
    try (RankedLock.Held tree =
        volume.probes().takes(Safeguard.DELAYED_EXCLUSIVE) ? lock.exclusive() : lock.shared()) {
      Mapping hole = seen;
      if (volume.probes().takes(Safeguard.DELAYED_LOOKS_AGAIN)) {
        Mapping now = mapper.lookupLocked(seen.logicalBlock(), seen.blockCount());
        if (now.state() != State.HOLE) {
          return now;
        }
        hole = now;
      }
      long first = hole.logicalBlock();
      long end = hole.logicalEnd();
      Geometry geometry = volume.geometry();
      int bits = geometry.clusterRatioBits();
      long firstCluster = first >>> bits;
      long lastCluster = (end - 1) >>> bits;
      boolean firstHasSpace = bits > 0 && hasSpace(firstCluster);
      boolean lastHasSpace = bits > 0 && lastCluster != firstCluster && hasSpace(lastCluster);
      long clusters = lastCluster - firstCluster + 1;
      if (firstHasSpace || (bits > 0 && inode.status().hasDelayedIn(firstCluster))) {
        clusters--;
      }
      if (lastCluster != firstCluster
          && (lastHasSpace || (bits > 0 && inode.status().hasDelayedIn(lastCluster)))) {
        clusters--;
      }
      promise(clusters);
      volume.probes().reach(SyncPoint.DA_RESERVED, inode.inodeNumber(), first);
      inode.status().insertDelayed(first, end - first, firstHasSpace, lastHasSpace);
      volume.probes().reach(SyncPoint.DA_INSERTED, inode.inodeNumber(), first);
      return new Mapping(first, 0, end - first, State.DELAYED);
    }
  }

  private void promise(long clusters) throws FileOperationException {
    if (clusters > 0) {
      if (!volume.allocator().promise(clusters)) {
        throw new FileOperationException(Errno.ENOSPC, "no free block is left");
      }
      inode.reservedClusters().addAndGet(clusters);
    }
  }

  /**
   * Reserves space again for the first and the last cluster of a range. A cluster gets a
   * reservation if it has lost its last allocated block but still has delayed blocks. The space is
   * that of the freed cluster. The caller holds the tree lock exclusively.
   */
  public void promiseAnew(long first, long end) throws IOException {
    int bits = volume.geometry().clusterRatioBits();
    if (bits == 0 || !volume.probes().takes(Safeguard.RESERVED_ANEW)) {
      return;
    }
    for (long cluster : new long[] {first >>> bits, (end - 1) >>> bits}) {
      if (inode.status().isPending(cluster) && !hasSpace(cluster)) {
        inode.status().removePending(cluster);
        inode.reservedClusters().incrementAndGet();
        volume.allocator().releasePromise(-1);
      }
    }
  }

  /**
   * Corrects the reservations after a change was undone. After an undo, clusters with delayed
   * blocks may have an allocated block that they did not have before, or may have lost theirs. The
   * caller holds the tree lock exclusively.
   */
  public void recount() {
    int bits = volume.geometry().clusterRatioBits();
    if (bits == 0 || !mapper.usesExtents()) {
      return;
    }
    long at = 0;
    for (Mapping delayed = inode.status().nextDelayed(at, Long.MAX_VALUE >>> bits);
        delayed != null;
        delayed = inode.status().nextDelayed(at, Long.MAX_VALUE >>> bits)) {
      long cluster = Math.max(at, delayed.logicalBlock()) >>> bits;
      boolean has = hasSpaceAsFarAsKnown(cluster);
      if (has != inode.status().isPending(cluster)) {
        int promised = has ? -1 : 1;
        if (has) {
          inode.status().addPending(cluster);
        } else {
          inode.status().removePending(cluster);
        }
        inode.reservedClusters().addAndGet(promised);
        volume.allocator().releasePromise(-promised);
      }
      at = (cluster + 1) << bits;
    }
  }

  /**
   * Returns whether a cluster has space. Returns false if the tree cannot be read, so that the
   * caller reserves space.
   */
  private boolean hasSpaceAsFarAsKnown(long cluster) {
    try {
      return hasSpace(cluster);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns whether a block of a logical cluster is allocated, so that its other blocks have space
   * too.
   */
  private boolean hasSpace(long cluster) throws IOException {
    if (inode.status().hasAllocatedIn(cluster)) {
      return true;
    }
    int bits = volume.geometry().clusterRatioBits();
    long end = (cluster + 1) << bits;
    for (long at = cluster << bits; at < end; ) {
      Mapping onDisk = mapper.extents().lookup(at);
      if (onDisk.isAllocated()) {
        return true;
      }
      at = onDisk.logicalEnd();
    }
    return false;
  }
}
