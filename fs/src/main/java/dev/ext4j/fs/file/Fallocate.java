package dev.ext4j.fs.file;

import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.mapping.UnwrittenRange;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The allocation of blocks for the holes of a range, as in fallocate(2). The blocks read as zeros.
 */
public final class Fallocate extends RangeOperation {
  private final Size size;

  /**
   * Creates an allocation of {@code byteCount} bytes starting at {@code byteOffset}. {@link
   * #allocate} does the work.
   */
  public Fallocate(
      Inode inode,
      Volume volume,
      long byteOffset,
      long byteCount,
      Size size,
      ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
    this.size = size;
  }

  /** Allocates the range and makes the change durable. */
  public void allocate() throws IOException {
    run();
  }

  @Override
  void check() throws IOException {
    super.check();
    requireExtents();
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    pages.settle(byteOffset, byteEnd());
    pages.settleTail();
  }

  @Override
  long touchedEnd() {
    return 0;
  }

  @Override
  int startCredits() {
    return 1 + InlineData.credits() + EdgeZeroing.CREDITS;
  }

  @Override
  void work(Handle handle) throws IOException {
    leaveInode(handle);
    touch(handle);
    long end = byteEnd();
    boolean grows = size == Size.GROW && end > inode.size();
    if (grows) {
      zeroTail(handle);
    }
    int bits = volume.geometry().blockSizeBits();
    long blockEnd = ((end - 1) >>> bits) + 1;
    new UnwrittenRange(inode, volume, mapper)
        .allocate(handle, byteOffset >>> bits, blockEnd, false, this::gate, progress);
    if (grows) {
      handle.ensureCredits(1, gate());
      setSize(handle, end);
    }
  }

  @Override
  String doneInPart() {
    return "a part of the range was allocated, which the size of the file does not show";
  }
}
