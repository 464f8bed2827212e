package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.FileOperationException;
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
 * The insertion of a hole into a file, as in {@code fallocate(FALLOC_FL_INSERT_RANGE)}. The blocks
 * at and after the start of the hole move up, in one transaction.
 */
public final class InsertRange extends RangeOperation {
  /**
   * Creates an insertion of a hole of {@code byteCount} bytes at {@code byteOffset}. {@link
   * #insert} does the work.
   */
  public InsertRange(
      Inode inode, Volume volume, long byteOffset, long byteCount, ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
  }

  /** Inserts the hole and makes the change durable. */
  public void insert() throws IOException {
    run();
  }

  @Override
  void check() throws IOException {
    super.check();
    requireExtents();
    FallocateChecks.checkClusters(volume.geometry(), byteOffset, byteCount);
    long size = inode.size();
    if (byteOffset >= size) {
      throw new FileOperationException(
          Errno.EINVAL, "the range does not begin before the end of the file: truncate it instead");
    }
    FallocateChecks.checkSize(inode, volume.geometry(), mapper, size, byteCount);
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
    return 1 + InlineData.credits();
  }

  @Override
  void work(Handle handle) throws IOException {
    leaveInode(handle);
    touch(handle);
    int bits = volume.geometry().blockSizeBits();
    long first = byteOffset >>> bits;
    long count = byteCount >>> bits;
    ExtentTree extents = mapper.extents();
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      if (extents.end() + count > ExtentTree.MAX_BLOCKS) {
        throw new FileOperationException(
            Errno.EINVAL, "blocks allocated beyond the end of the file would move out of reach");
      }
      try (MappingChange change =
          MappingChange.begin(inode, volume, first, ExtentTree.MAX_BLOCKS)) {
        new ExtentShift(extents, volume.allocator())
            .shift(handle, first, count, gate(tree), shifting(progress));
        setSize(handle, inode.size() + byteCount);
        change.finish(status -> status.remove(first, ExtentTree.MAX_BLOCKS));
      }
    }
  }

  @Override
  String doneInPart() {
    return "times of the file were changed, nothing was moved";
  }
}
