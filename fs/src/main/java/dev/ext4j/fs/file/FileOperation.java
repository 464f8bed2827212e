package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentShift;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Checks;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A change of one file's content or mapping, from its checks to its end.
 *
 * <p>Inode lock and invalidate lock are held from beginning to end. The work is done in one handle;
 * when a transaction is full, it is committed in between, and when others wait for long, they are
 * let in between. What is there then is sound. A failure before that leaves the file as it was; a
 * later one is told as a {@link PartialOperationException}, after what was done has been made
 * durable. Where space is short, what the running transaction has freed is made usable by a commit,
 * and the work tried once more.
 */
abstract class FileOperation {
  final Inode inode;
  final FileContext context;
  final BlockMapper mapper;
  private final PagesOfRange pages;
  private boolean committedMeanwhile;

  /** The size that a failure goes back to. */
  private long settledSize;

  FileOperation(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
    this.mapper = new BlockMapper(inode, context);
    this.pages = new PagesOfRange(inode, context);
  }

  /** Refuses what cannot be done, before anything is changed; the inode is locked. */
  abstract void check() throws IOException;

  /** Does the work; both locks are held. It can be begun again after a failure. */
  abstract void work(Handle handle) throws IOException;

  /** Blocks that the work changes before it asks for more. */
  abstract int startCredits();

  /** Whether it may be one of many that write a file from its beginning to its end. */
  boolean isAppending() {
    return false;
  }

  /** Whether it does what a truncation that failed has left undone. */
  boolean finishesCut() {
    return false;
  }

  /** What a failed operation has done that was committed meanwhile, as a clause. */
  abstract String doneInPart();

  /**
   * Sees to it that no page holds what the operation changes or moves; the inode lock and the
   * invalidate lock are held, no handle is open, and nobody can add pages.
   */
  abstract void leavePages(PagesOfRange pages) throws IOException;

  /** Byte behind the last one that is written, zeroed or removed: the size on disk reaches it. */
  abstract long touchedEnd();

  /** Whether what was done must be durable when the operation returns. */
  boolean isDurable() {
    return true;
  }

  final void run() throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      runLocked();
    }
  }

  /** Runs it; the caller holds the inode lock. */
  final void runLocked() throws IOException {
    inode.locks().inode().requireExclusive();
    reach(SyncPoint.OP_LOCKED);
    check();
    if (Safeguard.DIRECT_AWAITED.isOn()) {
      inode.transfers().awaitNone();
    }
    if (!finishesCut()) {
      FallocateChecks.requireWhole(inode);
    }
    if (!isAppending()) {
      context.allocator().endStream(inode.inodeNumber());
    }
    try (RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive()) {
      reach(SyncPoint.OP_INV);
      leavePages(pages);
      reach(SyncPoint.OP_EVICTED);
      try {
        if (!attempt(true)) {
          context.journal().commit();
          attempt(false);
        }
      } catch (IOException | RuntimeException | Error e) {
        if (committedMeanwhile) {
          commitPart(e);
        } else {
          pages.bringBack();
        }
        throw e;
      }
      if (isDurable()) {
        // Content that goes through the journal is read from the device: nobody may until then.
        context.journal().commit();
      }
      if (Checks.areOn() && !inode.has(FileFlag.INLINE_DATA)) {
        new ContentAudit(inode, context).requireHome();
      }
      reach(SyncPoint.OP_UNLOCK);
    } catch (IOException e) {
      throw committedMeanwhile ? context.journal().failureInPart(doneInPart(), e) : e;
    }
  }

  /** What a failed operation has done stays, and is looked at as what was done whole. */
  private void commitPart(Throwable failure) {
    try {
      context.journal().commit();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Does the work; false if there is hope that there is more space after a commit. */
  private boolean attempt(boolean mayTryAgain) throws IOException {
    try (Handle handle = context.journal().start(startCredits())) {
      reach(SyncPoint.OP_HANDLE);
      change(handle);
      return true;
    } catch (FileOperationException e) {
      boolean hope = e.errno() == Errno.ENOSPC && context.journal().hasFreedSpace();
      if (!mayTryAgain || !hope) {
        throw e;
      }
      return false;
    }
  }

  /** What is undone was seen by nobody: who maps pages outside of the range holds the tree lock. */
  private void change(Handle handle) throws IOException {
    settledSize = inode.size();
    handle.remember(inode);
    handle.onUndo(this::goBack);
    coverSize(handle);
    work(handle);
    handle.commit();
  }

  /** The size that everybody sees is the operation's to remember, and what is promised. */
  private void goBack() {
    if (!context.journal().isAborted()) {
      inode.setSize(settledSize); // else it is what the disk says
    }
    new DelayedBlocks(inode, context, mapper).recount();
  }

  /**
   * The size on disk may be behind while what was written lies in memory. What is changed on disk
   * now must not lie behind it.
   */
  private void coverSize(Handle handle) {
    long reached = Math.min(inode.size(), touchedEnd());
    if (reached > inode.fields().size() && Safeguard.SIZE_BEFORE_HOLE.isOn()) {
      ContentChange.setSizeOnDisk(handle, inode, reached);
    }
  }

  /** Says that the operation has come to a sync point. */
  final void reach(SyncPoint point) {
    point.reach(inode.inodeNumber());
  }

  /** Tells how far a shift has come. */
  final ExtentShift.ShiftListener shifting(ProgressListener progress) {
    return (doneCount, totalCount) -> {
      SyncPoint.OP_SHIFT.reach(inode.inodeNumber(), doneCount);
      progress.progress(doneCount, totalCount);
    };
  }

  /** Restarts a handle while the tree lock, which is held, is given up. */
  final Handle.RestartGate gate(RankedLock.Held tree) {
    return new Gate(tree);
  }

  /** Restarts a handle while no tree lock is held. */
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

  /** A restart; everything before it is durable afterwards, or may become so without the rest. */
  void restarted(Handle.RestartGate.Restart restart) throws IOException {
    settledSize = inode.size();
    boolean told = false;
    try {
      restart.run();
    } catch (CommitFailedException e) {
      told = true; // what has become of what was done before
      throw e;
    } finally {
      if (!told) {
        committedMeanwhile();
      }
    }
  }

  /** What was done so far is durable, or may be: a failure from now on leaves it done in part. */
  final void committedMeanwhile() {
    committedMeanwhile = true;
    pages.keepNothing();
  }

  /** mtime, ctime and version move, and capabilities go, as for every change of content. */
  final void touch(Handle handle) throws IOException {
    ContentChange.note(handle, inode, context);
  }

  /** Moves content that lies in the inode to a block. */
  final void leaveInode(Handle handle) throws IOException {
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineData(inode).moveToBlock(handle, context);
    }
  }

  /**
   * Refuses files without extents.
   *
   * @throws FileOperationException EOPNOTSUPP
   */
  final void requireExtents() throws FileOperationException {
    boolean becomes =
        inode.has(FileFlag.INLINE_DATA)
            && context.geometry().features().has(IncompatFeature.EXTENTS);
    if (!mapper.usesExtents() && !becomes) {
      throw new FileOperationException(
          Errno.EOPNOTSUPP, "the file has a block map: only files with extents can do this");
    }
  }

  /** Sets the size, if it is larger than the one there is. */
  final void growTo(Handle handle, long size) {
    if (size > inode.size()) {
      setSize(handle, size);
    } else if (size > inode.fields().size()) {
      ContentChange.setSizeOnDisk(handle, inode, size); // what was written lies there now
    }
  }

  /** Sets both sizes. */
  final void setSize(Handle handle, long size) {
    ContentChange.setSizeOnDisk(handle, inode, size);
    inode.setSize(size);
  }

  /**
   * Zeroes what lies in the last block behind the end of the file, which becomes visible when the
   * file grows; usually it is zero already. Changes at most {@link EdgeZeroing#CREDITS} blocks.
   *
   * @return whether something had to be changed
   */
  final boolean zeroTail(Handle handle) throws IOException {
    Geometry geometry = context.geometry();
    long size = inode.size();
    long blockEnd = (size + geometry.blockSize() - 1) & -(long) geometry.blockSize();
    return size != blockEnd && new EdgeZeroing(mapper, context).zero(handle, size, blockEnd);
  }
}
