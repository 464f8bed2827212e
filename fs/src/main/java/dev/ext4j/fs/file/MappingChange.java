package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.BusyRanges;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree;
import java.util.function.Consumer;

/**
 * The time in which an operation changes the mapping of a range, perhaps in several steps between
 * which the tree lock is given up. When it begins the status tree forgets the range; it ends with
 * the status tree being told, or forgetting once more, so that whatever crept in meanwhile is gone.
 * The tree lock is held exclusively at both ends.
 */
final class MappingChange implements AutoCloseable {
  private final Inode inode;
  private final BusyRanges.Busy busy;

  private MappingChange(Inode inode, BusyRanges.Busy busy) {
    this.inode = inode;
    this.busy = busy;
  }

  /**
   * The mapping of {@code [first, end)} is about to change.
   *
   * @throws ProtocolException if somebody may still use the one there is
   */
  static MappingChange begin(Inode inode, FileContext context, long first, long end) {
    inode.locks().extentTree().requireExclusive();
    FilePages pages = context.pages().of(inode);
    boolean hasPages = pages.in(first, end).iterator().hasNext();
    if ((hasPages && Safeguard.INVALIDATE_LOCK.isOn())
        || (inode.transfers().count() > 0 && Safeguard.DIRECT_AWAITED.isOn())) {
      throw new ProtocolException(
          "the mapping of blocks " + first + " to " + end + " of " + inode + " is in use");
    }
    inode.status().remove(first, end);
    MappingChange change = new MappingChange(inode, inode.busy().enter(first, end));
    SyncPoint.OP_ES_DROPPED.reach(inode.inodeNumber(), first);
    return change;
  }

  /** The disk is as it should be, and so is the status tree. */
  void finish(Consumer<ExtentStatusTree> told) {
    SyncPoint.OP_REMOVED.reach(inode.inodeNumber());
    if (Safeguard.FINAL_STATUS.isOn()) {
      told.accept(inode.status());
    }
    SyncPoint.OP_ES_FINAL.reach(inode.inodeNumber());
  }

  @Override
  public void close() {
    busy.close();
  }
}
