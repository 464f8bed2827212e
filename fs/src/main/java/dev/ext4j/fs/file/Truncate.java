package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of the size of a file, as in truncate(2). If the new size is not larger than the old
 * one, every block after the new end is freed, including blocks allocated beyond the old end. The
 * rest of the block in which the new end lies is zeroed.
 *
 * <p>If this takes several transactions, the inode is on the orphan list with its new size from the
 * first transaction to the last. After a crash, the next opening of the file system can therefore
 * complete the work. Without a journal, the inode is added to the list before the work and removed
 * after it, because the writes of one transaction are not atomic. Without a journal and with
 * clusters of several blocks, the inode is not added, because e2fsck 1.47.0 destroys the orphans
 * that it truncates there.
 */
public final class Truncate extends FileOperation {
  private final long newSize;
  private final OrphanList orphans;
  private final ProgressListener progress;
  private boolean isListed;
  private @Nullable Handle current;

  /**
   * Creates a truncation of a regular file. {@link #truncate} does the work.
   *
   * @param newSize the new size in bytes, which may be the size of the file
   * @param orphans the orphan list, which contains the inode during the work if necessary
   * @param progress the listener for the completed and total number of blocks after the new end
   */
  public Truncate(
      Inode inode, Volume volume, long newSize, OrphanList orphans, ProgressListener progress) {
    super(inode, volume);
    this.newSize = newSize;
    this.orphans = orphans;
    this.progress = progress;
  }

  /**
   * Sets the size of the file and makes the change durable.
   *
   * @throws FileOperationException with EINVAL if the size is negative or the file is not a regular
   *     file; with EISDIR, EPERM, ENOENT or EFBIG as in truncate(2)
   * @throws PartialOperationException if the truncation failed after the new size was made durable.
   *     The next opening of the file system, or another truncation, completes the work. Before
   *     that, the file cannot be changed in another way
   */
  public void truncate() throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
      check();
      if (newSize > inode.size()) {
        new GrowFile(inode, volume, newSize).runLocked();
        return;
      }
      if (isJournaled() || volume.geometry().clusterRatioBits() > 0) {
        runLocked();
      } else {
        listBefore();
        runLocked();
        unlistAfter();
      }
      orphans.setCutUnfinished(inode, false, volume.journal());
    } catch (PartialOperationException e) {
      orphans.setCutUnfinished(inode, true, volume.journal());
      throw e;
    }
  }

  @Override
  void check() throws IOException {
    if (newSize < 0) {
      throw new FileOperationException(Errno.EINVAL, "the size is negative");
    }
    FallocateChecks.checkContent(inode, volume);
  }

  @Override
  boolean finishesCut() {
    return true;
  }

  private boolean isJournaled() {
    return volume.geometry().features().has(CompatFeature.HAS_JOURNAL);
  }

  /**
   * Adds the inode to the orphan list with its new size. If the content is in the inode, the next
   * handle cuts the content and sets the size.
   */
  private void listBefore() throws IOException {
    try (Handle handle = volume.journal().start(OrphanList.CREDITS)) {
      list(handle);
      if (!inode.has(FileFlag.INLINE_DATA)) {
        setSize(handle, newSize);
      }
      handle.commit();
    }
    volume.journal().commit(); // in place, the list protects only what follows on the disk
    committedMeanwhile();
  }

  private void unlistAfter() throws IOException {
    try {
      volume.journal().commit(); // the cut, before the list forgets the inode
      try (Handle handle = volume.journal().start(OrphanList.CREDITS)) {
        orphans.remove(handle, inode);
        handle.commit();
      }
      volume.journal().commit();
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
    isListed = orphans.contains(inode); // a failed truncation may have left the inode there
    orphans.prepare(handle);
    touch(handle);
    new ContentCut(inode, volume).to(handle, newSize, this::gate, progress);
    if (isListed && isJournaled()) {
      handle.ensureCredits(OrphanList.CREDITS, gate());
      orphans.remove(handle, inode);
    }
  }

  /**
   * Adds the inode to the orphan list before a restart, because after the commit the file still has
   * blocks beyond its end.
   */
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
