package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentShift;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.DelayedBlocks;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A change of one file's content or mapping, from its checks to its end.
 *
 * <p>The inode lock and the invalidate lock are held from beginning to end. The work is done in one
 * handle. If a transaction is full, it is committed and the work continues in the next one. If the
 * handle has been open for long and other threads wait, they run in between. At both points the
 * file is consistent. A failure before the first such point leaves the file as it was. A later
 * failure is reported as a {@link PartialOperationException}, and the changes that were completed
 * are made durable. If there is no space, a commit makes the space usable that the running
 * transaction has freed, and the work is tried once more.
 */
abstract class FileOperation {
  final Inode inode;
  final Volume volume;
  final BlockMapper mapper;
  private final PagesOfRange pages;
  private boolean committedMeanwhile;

  /**
   * The size in memory that is restored when the open handle is undone. It is updated at each
   * restart.
   */
  private long settledSize;

  FileOperation(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.mapper = new BlockMapper(inode, volume);
    this.pages = new PagesOfRange(inode, volume);
  }

  /** Checks that the operation is possible, before anything is changed. The inode lock is held. */
  abstract void check() throws IOException;

  /**
   * Does the work of the operation. Both locks are held. This method may be called again after a
   * failure.
   */
  abstract void work(Handle handle) throws IOException;

  /** Returns the number of blocks that the work changes before it asks for more credits. */
  abstract int startCredits();

  /**
   * Returns whether the operation may be one of many that write a file from its beginning to its
   * end.
   */
  boolean isAppending() {
    return false;
  }

  /**
   * Returns whether the operation completes a truncation that has failed after it was partially
   * done.
   */
  boolean finishesCut() {
    return false;
  }

  /** Returns a clause that describes the changes which a failed operation has committed. */
  abstract String doneInPart();

  /**
   * Makes sure that no page holds content that the operation changes or moves. The inode lock and
   * the invalidate lock are held, no handle is open, and no other thread can add pages.
   */
  abstract void leavePages(PagesOfRange pages) throws IOException;

  /**
   * Returns the byte after the last one that is written, zeroed or removed. Before the work, the
   * size on disk is raised to this byte, but at most to the size in memory.
   */
  abstract long touchedEnd();

  /**
   * Returns whether the changes must be durable when the operation returns, unless the commits are
   * left to a {@link dev.ext4j.fs.journal.Journal.Committer}.
   */
  boolean isDurable() {
    return true;
  }

  final void run() throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      runLocked();
    }
  }

  /** Runs the operation. The caller holds the inode lock exclusively. */
  final void runLocked() throws IOException {
    inode.locks().inode().requireExclusive();
    reach(SyncPoint.OP_LOCKED);
    check();
    if (volume.probes().takes(Safeguard.DIRECT_AWAITED)) {
      inode.transfers().awaitNone();
    }
    if (!finishesCut()) {
      FallocateChecks.requireWhole(inode);
    }
    if (!isAppending()) {
      volume.allocator().endStream(inode.inodeNumber());
    }
    try (RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive()) {
      reach(SyncPoint.OP_INV);
      leavePages(pages);
      reach(SyncPoint.OP_EVICTED);
      try {
        if (!attempt(true)) {
          volume.journal().commit();
          attempt(false);
        }
      } catch (IOException | RuntimeException | Error e) {
        if (committedMeanwhile) {
          commitPart(e);
        } else {
          pages.bringBack();
          volume.journal().tellCommitter();
        }
        throw e;
      }
      if (isDurable()) {
        volume.journal().commitOperation();
      }
      if (volume.probes().checks()
          && volume.journal().operationsCommit()
          && !inode.has(FileFlag.INLINE_DATA)) {
        new ContentAudit(inode, volume).requireHome();
      }
      reach(SyncPoint.OP_UNLOCK);
    } catch (IOException e) {
      throw committedMeanwhile ? volume.journal().failureInPart(doneInPart(), e) : e;
    } finally {
      inode.wrotePast(volume.cache().pastWrites());
    }
  }

  /**
   * Commits the changes that a failed operation has completed, because they stay, as after a
   * success.
   */
  private void commitPart(Throwable failure) {
    try {
      volume.journal().commit();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Does the work. Returns false if there was not enough space, and there may be more after a
   * commit.
   */
  private boolean attempt(boolean mayTryAgain) throws IOException {
    try (Handle handle = volume.journal().start(startCredits())) {
      reach(SyncPoint.OP_HANDLE);
      change(handle);
      return true;
    } catch (FileOperationException e) {
      boolean hope = e.errno() == Errno.ENOSPC && volume.journal().hasFreedSpace();
      if (!mayTryAgain || !hope) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Does the work in an open handle. If the handle is undone, no other thread has seen its changes,
   * because a thread that maps pages outside the range needs the tree lock to do so.
   */
  private void change(Handle handle) throws IOException {
    settledSize = inode.size();
    handle.remember(inode);
    handle.onUndo(this::goBack);
    coverSize(handle);
    work(handle);
    handle.commit();
  }

  /** Restores the state that the handle cannot restore: the size in memory and the reservations. */
  private void goBack() {
    if (!volume.journal().isAborted()) {
      inode.setSize(settledSize); // after an abort the size in memory is the size on disk
    }
    new DelayedBlocks(inode, volume, mapper).recount();
  }

  /**
   * Raises the size on disk. This size may be less than the size in memory while written content is
   * in memory only. The blocks that the operation changes must not lie beyond the size on disk.
   */
  private void coverSize(Handle handle) {
    long reached = Math.min(inode.size(), touchedEnd());
    if (reached > inode.fields().size() && volume.probes().takes(Safeguard.SIZE_BEFORE_HOLE)) {
      ContentChange.setSizeOnDisk(handle, inode, reached);
    }
  }

  /** Reports that the operation has reached a sync point. */
  final void reach(SyncPoint point) {
    volume.probes().reach(point, inode.inodeNumber());
  }

  /** Returns a listener that reports the progress of a shift. */
  final ExtentShift.ShiftListener shifting(ProgressListener progress) {
    return (doneCount, totalCount) -> {
      volume.probes().reach(SyncPoint.OP_SHIFT, inode.inodeNumber(), doneCount);
      progress.progress(doneCount, totalCount);
    };
  }

  /**
   * Returns a gate for a caller that holds the tree lock. The gate releases the lock, restarts the
   * handle, and takes the lock again.
   */
  final Handle.RestartGate gate(RankedLock.Held tree) {
    return new Gate(tree);
  }

  /** Returns a gate that restarts a handle for a caller that holds no tree lock. */
  final Handle.RestartGate gate() {
    return new Gate(null);
  }

  private final class Gate implements Handle.RestartGate {
    private final RankedLock.@Nullable Held tree;

    Gate(RankedLock.@Nullable Held tree) {
      this.tree = tree;
    }

    @Override
    public void pass(Restart restart) throws IOException {
      if (tree == null) {
        restarted(restart);
        return;
      }
      tree.droppedDuring(
          () -> {
            reach(SyncPoint.RM_SEM_DROPPED);
            restarted(restart);
          });
      reach(SyncPoint.RM_RESTARTED);
    }

    @Override
    public boolean mayGiveWay() {
      return true;
    }

    @Override
    public boolean isAwaited() {
      return tree != null && inode.locks().extentTree().isAwaited();
    }
  }

  /**
   * Restarts a handle. Everything before the restart is durable afterwards, or may become durable
   * without the rest.
   */
  void restarted(Handle.RestartGate.Restart restart) throws IOException {
    settledSize = inode.size();
    boolean told = false;
    try {
      restart.run();
    } catch (CommitFailedException e) {
      told = true; // the exception reports the state of the earlier changes
      throw e;
    } finally {
      if (!told) {
        committedMeanwhile();
      }
    }
  }

  /**
   * Records that the changes so far are durable, or may be durable. From now on a failure leaves
   * the operation partially done.
   */
  final void committedMeanwhile() {
    committedMeanwhile = true;
    pages.keepNothing();
  }

  /** Updates mtime, ctime and version, and removes capabilities, as for every change of content. */
  final void touch(Handle handle) throws IOException {
    ContentChange.note(handle, inode, volume);
  }

  /** Moves content in the inode to a block. */
  final void leaveInode(Handle handle) throws IOException {
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineData(inode).moveToBlock(handle, volume);
    }
  }

  /**
   * Checks that the file has extents, or will have them when its content leaves the inode.
   *
   * @throws FileOperationException with EOPNOTSUPP if it does not
   */
  final void requireExtents() throws FileOperationException {
    boolean becomes =
        inode.has(FileFlag.INLINE_DATA)
            && volume.geometry().features().has(IncompatFeature.EXTENTS);
    if (!mapper.usesExtents() && !becomes) {
      throw new FileOperationException(
          Errno.EOPNOTSUPP, "the file has a block map: only files with extents can do this");
    }
  }

  /** Raises the size in memory and the size on disk to at least {@code size}. */
  final void growTo(Handle handle, long size) {
    if (size > inode.size()) {
      setSize(handle, size);
    } else if (size > inode.fields().size()) {
      ContentChange.setSizeOnDisk(handle, inode, size); // the written content lies there now
    }
  }

  /** Sets the size in memory and the size on disk. */
  final void setSize(Handle handle, long size) {
    ContentChange.setSizeOnDisk(handle, inode, size);
    inode.setSize(size);
  }

  /**
   * Zeroes the bytes after the end of the file in its last block, because they become visible when
   * the file grows. Usually they are zero already. Changes at most {@link EdgeZeroing#CREDITS}
   * blocks.
   *
   * @return whether a block had to be changed
   */
  final boolean zeroTail(Handle handle) throws IOException {
    Geometry geometry = volume.geometry();
    long size = inode.size();
    long blockEnd = (size + geometry.blockSize() - 1) & -(long) geometry.blockSize();
    return size != blockEnd && new EdgeZeroing(mapper, volume).zero(handle, size, blockEnd);
  }
}
