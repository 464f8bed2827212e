package dev.ext4j.fs.file;

import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.IndirectRemoval;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.mapping.HoleBounds;
import dev.ext4j.fs.mapping.MappingChange;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The deallocation of a range of a file, as in {@code fallocate(FALLOC_FL_PUNCH_HOLE |
 * FALLOC_FL_KEEP_SIZE)}. Whole blocks are removed. At each end of the range, a block may be covered
 * only partially. The covered part of that block is zeroed. The size of the file does not change,
 * and blocks allocated beyond its end stay allocated.
 *
 * <p>The inode lock and the invalidate lock are held from beginning to end. Blocks are removed from
 * the end of the hole to its start. If a transaction is full, it is committed and the work
 * continues in the next one. If other threads have waited for long, they run in between. In both
 * cases the tree lock is released. At that point the file is consistent, and the hole is partially
 * made. The range is removed from the extent status tree before the first block is removed. It is
 * entered there as a hole after the last block is removed.
 */
public final class PunchHole extends RangeOperation {
  private static final long NOTHING = -1;

  private long lastRemoved = NOTHING;
  private long lastCommitted = NOTHING;

  /**
   * Creates a punch of a hole of {@code byteCount} bytes starting at {@code byteOffset}. {@link
   * #punch} does the work.
   *
   * @param progress the listener for the completed and total number of blocks of the hole
   */
  public PunchHole(
      Inode inode, Volume volume, long byteOffset, long byteCount, ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
  }

  /**
   * Punches the hole and makes it durable.
   *
   * @throws PartialOperationException if the punch failed after a part of the hole was made
   *     durable. After any other failure the image is the same as before
   */
  public void punch() throws IOException {
    run();
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    HoleBounds hole = bounds();
    if (!hole.isEmpty()) {
      pages.discard(hole.byteOffset(), hole.byteEnd());
    }
  }

  @Override
  long touchedEnd() {
    return byteEnd();
  }

  @Override
  int startCredits() {
    int inodeBlock = 1;
    return inodeBlock + InlineData.credits() + EdgeZeroing.CREDITS + ExtentInsertion.credits(0);
  }

  /** Punches the hole. The times are updated even if nothing is removed. */
  @Override
  void work(Handle handle) throws IOException {
    leaveInode(handle);
    touch(handle);
    HoleBounds hole = bounds();
    if (hole.isEmpty()) {
      return;
    }
    new EdgeZeroing(mapper, volume).zero(handle, byteOffset, hole.byteEnd());
    reach(SyncPoint.OP_EDGES);
    if (hole.blockEnd() > hole.firstBlock()) {
      removeBlocks(handle, hole.firstBlock(), hole.blockEnd());
    }
  }

  @Override
  String doneInPart() {
    long committed = lastCommitted << volume.geometry().blockSizeBits();
    return "the hole was made from byte "
        + committed
        + " to its end; the bytes before it are unchanged";
  }

  private HoleBounds bounds() {
    return HoleBounds.of(byteOffset, byteCount, inode.size(), mapper, volume.geometry());
  }

  private void removeBlocks(Handle handle, long first, long end) throws IOException {
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive();
        MappingChange change = MappingChange.begin(inode, volume, first, end)) {
      lastRemoved = end;
      if (mapper.usesExtents()) {
        new ExtentRemoval(mapper.extents(), volume.allocator())
            .remove(handle, first, end, gate(tree), at -> removed(at, first, end));
      } else {
        new IndirectRemoval(mapper.indirect(), volume.allocator())
            .remove(handle, first, end, gate(tree), at -> removed(at, first, end));
      }
      new DelayedBlocks(inode, volume, mapper).promiseAnew(first, end);
      change.finish(status -> status.insert(Mapping.hole(first, end - first)));
    }
  }

  @Override
  void restarted(Handle.RestartGate.Restart restart) throws IOException {
    long reached = lastRemoved;
    try {
      super.restarted(restart);
    } finally {
      lastCommitted = reached; // or it is being committed
    }
  }

  private void removed(long downTo, long first, long end) {
    lastRemoved = downTo;
    volume.probes().reach(SyncPoint.RM_AFTER, inode.inodeNumber(), downTo);
    progress.progress(end - downTo, end - first);
  }
}
