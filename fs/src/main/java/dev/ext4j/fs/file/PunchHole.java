package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectRemoval;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.xattr.FileCapability;
import java.io.IOException;
import java.time.Instant;

/**
 * Deallocates a range of a file, as {@code fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)}
 * does: whole blocks are removed, the partly covered ones at the ends are zeroed. The size stays;
 * blocks allocated beyond the end of the file stay, too.
 *
 * <p>Inode lock and invalidate lock are held from beginning to end. Blocks are removed from the end
 * of the hole to its start; when a transaction is full it is committed and the tree lock is given
 * up meanwhile. Each state committed on the way is a sound file with a part of the hole done. The
 * status tree forgets the hole before the first block goes, and is told that it is a hole after the
 * last.
 */
public final class PunchHole {
  private final Inode inode;
  private final FileContext context;
  private final BlockMapper mapper;
  private long lastRemoved = NOTHING;
  private long lastCommitted = NOTHING;

  private static final long NOTHING = -1;

  /** Punching holes into a file. */
  public PunchHole(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
    this.mapper = new BlockMapper(inode, context);
  }

  /**
   * Punches a hole and makes it durable.
   *
   * @param progress is told blocks of the hole, done and in all
   * @throws PartialOperationException if it failed after a part of the hole was made durable;
   *     otherwise a failure leaves the image as it was
   */
  public void punch(long byteOffset, long byteCount, ProgressListener progress) throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      FallocateChecks.check(inode, context.geometry(), byteOffset, byteCount);
      try (RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive();
          Handle handle = context.journal().start(startCredits())) {
        if (inode.has(FileFlag.INLINE_DATA)) {
          new InlineData(inode).moveToBlock(handle, context);
        }
        touch(handle);
        remove(handle, byteOffset, byteCount, progress);
        handle.commit();
      }
      context.journal().commit();
    } catch (IOException e) {
      inode.status().remove(0, ExtentTree.MAX_BLOCKS);
      throw lastCommitted == NOTHING ? e : partial(e);
    }
  }

  private PartialOperationException partial(IOException cause) {
    long byteOffset = lastCommitted << context.geometry().blockSizeBits();
    return new PartialOperationException(
        "the hole was made from byte " + byteOffset + " to its end; what lies before is unchanged",
        cause);
  }

  private static int startCredits() {
    int inodeBlock = 1;
    return inodeBlock + InlineData.credits() + EdgeZeroing.CREDITS + ExtentInsertion.credits(0);
  }

  /** mtime, ctime and version move, and capabilities go, whatever the range is. */
  private void touch(Handle handle) throws IOException {
    new FileCapability(inode, context.geometry(), context.cache()).drop(handle);
    inode.declare(handle);
    Instant now = context.clock().instant();
    InodeView fields = inode.fields();
    fields.setModificationTime(now);
    fields.setChangeTime(now);
    fields.increaseVersion();
    inode.seal();
  }

  private void remove(Handle handle, long byteOffset, long byteCount, ProgressListener progress)
      throws IOException {
    HoleBounds hole =
        HoleBounds.of(byteOffset, byteCount, inode.fields().size(), mapper, context.geometry());
    if (hole.isEmpty()) {
      return;
    }
    new EdgeZeroing(mapper, context).zero(handle, byteOffset, hole.byteEnd());
    if (hole.blockEnd() > hole.firstBlock()) {
      removeBlocks(handle, hole.firstBlock(), hole.blockEnd(), progress);
    }
  }

  private void removeBlocks(Handle handle, long first, long end, ProgressListener progress)
      throws IOException {
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      inode.status().remove(first, end);
      lastRemoved = end;
      Handle.RestartGate gate = restart -> tree.droppedDuring(() -> restart(restart));
      if (mapper.usesExtents()) {
        new ExtentRemoval(mapper.extents(), context.allocator())
            .remove(handle, first, end, gate, at -> removed(at, first, end, progress));
      } else {
        new IndirectRemoval(mapper.indirect(), context.allocator())
            .remove(handle, first, end, gate, at -> removed(at, first, end, progress));
      }
      // Whatever crept into the status tree while the tree lock was given up is overwritten here.
      inode.status().insert(Mapping.hole(first, end - first));
    }
  }

  private void restart(Handle.RestartGate.Restart restart) throws IOException {
    long reached = lastRemoved;
    restart.run();
    lastCommitted = reached;
  }

  private void removed(long downTo, long first, long end, ProgressListener progress) {
    lastRemoved = downTo;
    progress.progress(end - downTo, end - first);
  }
}
