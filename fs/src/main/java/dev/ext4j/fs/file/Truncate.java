package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.FileType;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectRemoval;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.xattr.FileCapability;
import java.io.IOException;
import java.time.Instant;

/**
 * Gives a file another end, as truncate(2) does. Where it comes earlier every block behind the end
 * is freed, those that were allocated beyond it before included, and the rest of the block that it
 * ends in is zeroed.
 *
 * <p>While it is under way the inode is on the list of orphans with its new size, so that after a
 * crash the rest is done when the file system is next opened. Locks are held as in {@link
 * PunchHole}; blocks go from the last to the first, and what is committed on the way is sound, with
 * blocks behind the end that are still to go.
 */
public final class Truncate {
  private final Inode inode;
  private final FileContext context;
  private final BlockMapper mapper;

  /** Truncating an inode that can be: see {@link #isPossible}. */
  public Truncate(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
    this.mapper = new BlockMapper(inode, context);
  }

  /** Whether an inode has content that can be cut off; devices and short links have none. */
  public static boolean isPossible(Inode inode) {
    return switch (inode.type()) {
      case REGULAR, DIRECTORY -> true;
      case SYMBOLIC_LINK -> !SymbolicLink.isInInode(inode);
      default -> false;
    };
  }

  /**
   * Gives a regular file a size, which may be the one it has, and makes it durable.
   *
   * @param newSize in bytes
   * @param orphans keeps the inode while it is cut
   * @param progress is told blocks behind the new end, done and in all
   * @throws FileOperationException EINVAL for a negative size, or no regular file; EISDIR, EPERM,
   *     ENOENT, EFBIG
   * @throws PartialOperationException if it failed after the new size was made durable; the rest is
   *     done when the file system is next opened, or by another truncation, and until then nothing
   *     else may be done to the file
   */
  public void truncate(long newSize, OrphanList orphans, ProgressListener progress)
      throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      if (newSize < 0) {
        throw new FileOperationException(Errno.EINVAL, "the size is negative");
      }
      FallocateChecks.checkContent(inode, context.geometry());
      if (newSize > inode.fields().size()) {
        new GrowFile(inode, context, newSize).runLocked();
        return;
      }
      context.allocator().endStream(inode.inodeNumber());
      begin(newSize, orphans);
      try {
        cut(newSize, progress);
        context.journal().commit();
        end(orphans);
        orphans.setCutUnfinished(inode, false);
      } catch (IOException e) {
        orphans.setCutUnfinished(inode, true);
        throw new PartialOperationException("the file was given its new size", e);
      }
    }
  }

  /**
   * Frees what lies behind the end of a file whose size was set before, within the transactions
   * that run: for an inode that is on the list of orphans.
   */
  public void removeBehindEnd(ProgressListener progress) throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      cut(inode.fields().size(), progress);
    }
  }

  /** Makes a file empty within the transactions that run; the caller holds the inode lock. */
  void empty(ProgressListener progress) throws IOException {
    cut(0, progress);
  }

  /**
   * Sets the size. Durable at once: the tail of the last block may be zeroed only when nobody is
   * going to see the old size again.
   */
  private void begin(long newSize, OrphanList orphans) throws IOException {
    try (Handle handle = context.journal().start(OrphanList.CREDITS)) {
      new FileCapability(inode, context.geometry(), context.cache()).drop(handle);
      if (!orphans.contains(inode)) { // it is if this was tried before
        orphans.add(handle, inode);
      }
      inode.declare(handle);
      InodeView fields = inode.fields();
      // Content in the inode is cut in the handle that sets its size, which is the next one.
      if (!inode.has(FileFlag.INLINE_DATA)) {
        fields.setSize(newSize);
      }
      fields.increaseVersion();
      touch();
      handle.commit();
    }
    context.journal().commit();
  }

  private void end(OrphanList orphans) throws IOException {
    try (Handle handle = context.journal().start(OrphanList.CREDITS)) {
      orphans.remove(handle, inode);
      handle.commit();
    }
    context.journal().commit();
  }

  /** Sets the times to now, in a handle that the inode was declared to. */
  private void touch() {
    Instant now = context.clock().instant();
    inode.fields().setModificationTime(now);
    inode.fields().setChangeTime(now);
    inode.seal();
  }

  private void cut(long size, ProgressListener progress) throws IOException {
    try (RankedLock.Held invalidateLock = inode.locks().invalidate().exclusive();
        Handle handle = context.journal().start(startCredits())) {
      if (inode.has(FileFlag.INLINE_DATA)) {
        new InlineData(inode).shorten(handle, size);
      }
      inode.declare(handle);
      if (inode.fields().size() != size) {
        inode.fields().setSize(size);
      }
      touch();
      if (!inode.has(FileFlag.INLINE_DATA)) {
        zeroTail(handle, size);
        removeBlocks(handle, size, progress);
      }
      handle.commit();
    } catch (IOException e) {
      inode.status().remove(0, ExtentTree.MAX_BLOCKS);
      throw e;
    }
  }

  private static int startCredits() {
    int inodeBlock = 1;
    return inodeBlock + EdgeZeroing.CREDITS + ExtentInsertion.credits(0);
  }

  /** Directories have no tail, and ciphertext has no zeros: their bytes behind the end stay. */
  private void zeroTail(Handle handle, long size) throws IOException {
    boolean plain = inode.type() != FileType.DIRECTORY && !inode.has(FileFlag.ENCRYPT);
    long firstBehind = blocksOf(size);
    if (plain && firstBehind <= limit()) {
      long blockEnd = firstBehind << context.geometry().blockSizeBits();
      new EdgeZeroing(mapper, context).zero(handle, size, blockEnd);
    }
  }

  private void removeBlocks(Handle handle, long size, ProgressListener progress)
      throws IOException {
    long first = blocksOf(size);
    long limit = limit();
    if (first >= limit) {
      return;
    }
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      inode.status().remove(first, ExtentTree.MAX_BLOCKS);
      Handle.RestartGate gate = restart -> tree.droppedDuring(restart::run);
      if (mapper.usesExtents()) {
        long end = Math.max(first, mapper.extents().end());
        new ExtentRemoval(mapper.extents(), context.allocator())
            .remove(handle, first, limit, gate, at -> tell(progress, first, at, end));
      } else {
        long end = Math.max(first, mapper.indirect().end());
        new IndirectRemoval(mapper.indirect(), context.allocator())
            .remove(handle, first, limit, gate, at -> tell(progress, first, at, end));
      }
      inode.status().insert(Mapping.hole(first, ExtentTree.MAX_BLOCKS - first));
    }
  }

  private static void tell(ProgressListener progress, long first, long downTo, long end) {
    progress.progress(end - Math.min(downTo, end), end - first);
  }

  /** Blocks that a file of a size reaches into. */
  private long blocksOf(long size) {
    long mask = context.geometry().blockSize() - 1L;
    return (size >>> context.geometry().blockSizeBits()) + ((size & mask) == 0 ? 0 : 1);
  }

  private long limit() {
    return mapper.usesExtents() ? ExtentTree.MAX_BLOCKS : mapper.indirect().maxBlocks();
  }
}
