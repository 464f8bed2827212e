package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.extent.ExtentShift;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.MappingChange;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The removal of a range from a file, as in {@code fallocate(FALLOC_FL_COLLAPSE_RANGE)}. The blocks
 * of the range are removed, and the blocks after it move down. Only the removal may be divided into
 * several transactions. After the first of them, a part of the range is a hole. The blocks after
 * the range move in one transaction.
 */
public final class CollapseRange extends RangeOperation {
  /**
   * Creates a removal of {@code byteCount} bytes starting at {@code byteOffset}. {@link #collapse}
   * does the work.
   */
  public CollapseRange(
      Inode inode, Volume volume, long byteOffset, long byteCount, ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
  }

  /** Removes the range and makes the change durable. */
  public void collapse() throws IOException {
    run();
  }

  @Override
  void check() throws IOException {
    super.check();
    requireExtents();
    FallocateChecks.checkClusters(volume.geometry(), byteOffset, byteCount);
    if (byteEnd() >= inode.size()) {
      throw new FileOperationException(
          Errno.EINVAL, "the range does not end before the end of the file: truncate it instead");
    }
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    pages.settle(byteOffset, Long.MAX_VALUE);
  }

  @Override
  long touchedEnd() {
    return Long.MAX_VALUE;
  }

  @Override
  int startCredits() {
    return 1 + InlineData.credits() + ExtentInsertion.credits(0);
  }

  @Override
  void work(Handle handle) throws IOException {
    leaveInode(handle);
    touch(handle);
    int bits = volume.geometry().blockSizeBits();
    long first = byteOffset >>> bits;
    long count = byteCount >>> bits;
    ExtentTree extents = mapper.extents();
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive();
        MappingChange change = MappingChange.begin(inode, volume, first, ExtentTree.MAX_BLOCKS)) {
      new ExtentRemoval(extents, volume.allocator())
          .remove(handle, first, first + count, gate(tree), at -> {});
      new ExtentShift(extents, volume.allocator())
          .shift(handle, first + count, -count, gate(tree), shifting(progress));
      setSize(handle, inode.size() - byteCount);
      change.finish(status -> status.remove(first, ExtentTree.MAX_BLOCKS));
    }
  }

  @Override
  String doneInPart() {
    return "a part of the range has become a hole; nothing was moved";
  }
}
