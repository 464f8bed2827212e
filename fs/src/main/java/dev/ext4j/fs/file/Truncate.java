package dev.ext4j.fs.file;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a file another end, as truncate(2) does. Where it comes earlier every block behind the end
 * is freed, those that were allocated beyond it before included, and the rest of the block that it
 * ends in is zeroed.
 *
 * <p>Where that takes several transactions the inode is on the list of orphans with its new size
 * from the first one to the last, so that after a crash the rest is done when the file system is
 * next opened. Without a journal it is put there before and taken off after, since what one
 * transaction holds is not written at once; but not where clusters have several blocks, since
 * e2fsck 1.47.0 destroys the orphans that it cuts there.
 */
public final class Truncate extends FileOperation {
  private final long newSize;
  private final OrphanList orphans;
  private final ProgressListener progress;
  private boolean isListed;
  private @Nullable Handle current;

  /**
   * A new end for a regular file.
   *
   * @param newSize in bytes; may be the size that the file has
   * @param orphans keeps the inode while it is cut
   * @param progress is told blocks behind the new end, done and in all
   */
  public Truncate(
      Inode inode,
      FileContext context,
      long newSize,
      OrphanList orphans,
      ProgressListener progress) {
    super(inode, context);
    this.newSize = newSize;
    this.orphans = orphans;
    this.progress = progress;
  }

  /**
   * Gives the file its size, and makes it durable.
   *
   * @throws FileOperationException EINVAL for a negative size, or no regular file; EISDIR, EPERM,
   *     ENOENT, EFBIG
   * @throws PartialOperationException if it failed after the new size was made durable; the rest is
   *     done when the file system is next opened, or by another truncation, and until then nothing
   *     else may be done to the file
   */
  public void truncate() throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      check();
      if (newSize > inode.size()) {
        new GrowFile(inode, context, newSize).runLocked();
        return;
      }
      if (isJournaled() || context.geometry().clusterRatioBits() > 0) {
        runLocked();
      } else {
        listBefore();
        runLocked();
        unlistAfter();
      }
      orphans.setCutUnfinished(inode, false, context.journal());
    } catch (PartialOperationException e) {
      orphans.setCutUnfinished(inode, true, context.journal());
      throw e;
    }
  }

  @Override
  void check() throws IOException {
    if (newSize < 0) {
      throw new FileOperationException(Errno.EINVAL, "the size is negative");
    }
    FallocateChecks.checkContent(inode, context);
  }

  @Override
  boolean finishesCut() {
    return true;
  }

  private boolean isJournaled() {
    return context.geometry().features().has(CompatFeature.HAS_JOURNAL);
  }

  /**
   * Puts the inode on the list with its new size; content in the inode is cut in the handle that
   * sets its size, which is the next one.
   */
  private void listBefore() throws IOException {
    try (Handle handle = context.journal().start(OrphanList.CREDITS)) {
      list(handle);
      if (!inode.has(FileFlag.INLINE_DATA)) {
        setSize(handle, newSize);
      }
      handle.commit();
    }
    context.journal().commit();
    committedMeanwhile();
  }

  private void unlistAfter() throws IOException {
    try (Handle handle = context.journal().start(OrphanList.CREDITS)) {
      orphans.remove(handle, inode);
      handle.commit();
      context.journal().commit();
    } catch (IOException e) {
      throw new PartialOperationException(doneInPart(), e);
    }
  }

  private void list(Handle handle) throws IOException {
    if (!orphans.contains(inode)) {
      orphans.add(handle, inode);
    }
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    pages.discard(newSize, Long.MAX_VALUE);
  }

  @Override
  long touchedEnd() {
    return 0;
  }

  @Override
  int startCredits() {
    int inodeBlock = 1;
    return inodeBlock
        + OrphanList.CREDITS
        + InlineData.credits()
        + EdgeZeroing.CREDITS
        + ExtentInsertion.credits(0);
  }

  @Override
  void work(Handle handle) throws IOException {
    current = handle;
    isListed = orphans.contains(inode); // as a truncation that failed has left it
    orphans.prepare(handle);
    touch(handle);
    new ContentCut(inode, context).to(handle, newSize, this::gate, progress);
    if (isListed && isJournaled()) {
      handle.ensureCredits(OrphanList.CREDITS, gate());
      orphans.remove(handle, inode);
    }
  }

  /** What is committed now has blocks behind the end. */
  @Override
  void restarted(Handle.RestartGate.Restart restart) throws IOException {
    if (!isListed && isJournaled()) {
      list(Objects.requireNonNull(current));
      isListed = true;
    }
    super.restarted(restart);
  }

  @Override
  String doneInPart() {
    return "the file was given its new size";
  }
}
