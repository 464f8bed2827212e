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
 * Deallocates a range of a file, as {@code fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)}
 * does: whole blocks are removed, and partly covered blocks at the ends are zeroed. The size stays,
 * and blocks allocated beyond the end of the file stay too.
 *
 * <p>The inode lock and the invalidate lock are held from beginning to end. Blocks are removed from
 * the end of the hole to its start. In between, a full transaction is committed, or other threads
 * that have waited for long are let in. The tree lock is released meanwhile. At that point the file
 * is consistent and a part of the hole is done. The hole is removed from the status tree before the
 * first block is removed, and noted as a hole there after the last.
 */
public final class PunchHole extends RangeOperation {
  private static final long NOTHING = -1;

  private long lastRemoved = NOTHING;
  private long lastCommitted = NOTHING;

  /**
   * Creates the punch of a hole of {@code byteCount} bytes from {@code byteOffset} on.
   *
   * @param progress the listener for the blocks of the hole, done and in all
   */
  public PunchHole(
      Inode inode, Volume volume, long byteOffset, long byteCount, ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
  }

  /**
   * Punches the hole and makes it durable.
   *
   * @throws PartialOperationException if it failed after a part of the hole was made durable; any
   *     other failure leaves the image as it was
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
