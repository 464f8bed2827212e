package dev.ext4j.fs.mapping;

import dev.ext4j.fs.inode.BusyRanges;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.volume.Volume;
import java.util.function.Consumer;

/**
 * A change of the mapping of a range. The change lasts until this object is closed. The change may
 * have several steps, and the tree lock may be released between them. {@link #begin} removes the
 * range from the status tree. {@link #finish} updates the range in the status tree, or removes the
 * range again. After that, no run that was entered during the change is left. The tree lock is held
 * exclusively at the beginning and at the end.
 */
public final class MappingChange implements AutoCloseable {
  private final Inode inode;
  private final Probes probes;
  private final BusyRanges.Busy busy;

  private MappingChange(Inode inode, Probes probes, BusyRanges.Busy busy) {
    this.inode = inode;
    this.probes = probes;
    this.busy = busy;
  }

  /**
   * Begins a change of the mapping of {@code [first, end)}.
   *
   * @throws ProtocolException if a page or a direct transfer may still use the old mapping
   */
  public static MappingChange begin(Inode inode, Volume volume, long first, long end) {
    inode.locks().extentTree().requireExclusive();
    Probes probes = volume.probes();
    FilePages pages = volume.pages().of(inode);
    boolean hasPages = pages.in(first, end).iterator().hasNext();
    if ((hasPages && probes.takes(Safeguard.INVALIDATE_LOCK))
        || (inode.transfers().count() > 0 && probes.takes(Safeguard.DIRECT_AWAITED))) {
      throw new ProtocolException(
          "the mapping of blocks " + first + " to " + end + " of " + inode + " is in use");
    }
    inode.status().remove(first, end);
    MappingChange change = new MappingChange(inode, probes, inode.busy().enter(first, end));
    probes.reach(SyncPoint.OP_ES_DROPPED, inode.inodeNumber(), first);
    return change;
  }

  /**
   * Updates the status tree when the mapping on disk is complete.
   *
   * @param told the update of the status tree
   */
  public void finish(Consumer<ExtentStatusTree> told) {
    probes.reach(SyncPoint.OP_REMOVED, inode.inodeNumber());
    if (probes.takes(Safeguard.FINAL_STATUS)) {
      told.accept(inode.status());
    }
    probes.reach(SyncPoint.OP_ES_FINAL, inode.inodeNumber());
  }

  @Override
  public void close() {
    busy.close();
  }
}
