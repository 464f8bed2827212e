package dev.ext4j.fs.file;

import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.mapping.UnwrittenRange;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * The zeroing of a range, as in {@code fallocate(FALLOC_FL_ZERO_RANGE)}. Its blocks become
 * allocated and unwritten. At each end, a block may lie only partially in the range. If the state
 * of that block is written, its part in the range is overwritten with zeros.
 */
public final class ZeroRange extends RangeOperation {
  private final Size size;

  /**
   * Creates a zeroing of {@code byteCount} bytes starting at {@code byteOffset}. {@link #zero} does
   * the work.
   */
  public ZeroRange(
      Inode inode,
      Volume volume,
      long byteOffset,
      long byteCount,
      Size size,
      ProgressListener progress) {
    super(inode, volume, byteOffset, byteCount, progress);
    this.size = size;
  }

  /** Zeroes the range and makes the change durable. */
  public void zero() throws IOException {
    run();
  }

  @Override
  void check() throws IOException {
    super.check();
    requireExtents();
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    // The pages are written back before they are dropped. If space runs out, the content written
    // last must still be readable.
    pages.settle(byteOffset, byteEnd());
    pages.settleTail();
  }

  @Override
  long touchedEnd() {
    return byteEnd();
  }

  @Override
  int startCredits() {
    return 1 + InlineData.credits() + 2 * EdgeZeroing.CREDITS;
  }

  @Override
  void work(Handle handle) throws IOException {
    leaveInode(handle);
    touch(handle);
    Geometry geometry = volume.geometry();
    int bits = geometry.blockSizeBits();
    long end = byteEnd();
    boolean grows = size == Size.GROW && end > inode.size();
    if (grows) {
      zeroTail(handle);
    }
    EdgeZeroing edges = new EdgeZeroing(mapper, volume);
    edges.zero(handle, byteOffset, end);
    long firstTouched = byteOffset >>> bits;
    long touchedEnd = ((end - 1) >>> bits) + 1;
    long first = (byteOffset + geometry.blockSize() - 1) >>> bits;
    long blockEnd = end >>> bits;
    UnwrittenRange range = new UnwrittenRange(inode, volume, mapper);
    if (firstTouched != first || touchedEnd != blockEnd) {
      range.allocate(handle, firstTouched, touchedEnd, false, this::gate, ProgressListener.NONE);
    }
    if (blockEnd > first) {
      range.allocate(handle, first, blockEnd, true, this::gate, progress);
    }
    if (grows) {
      handle.ensureCredits(1, gate());
      setSize(handle, end);
    }
  }

  @Override
  String doneInPart() {
    return "a part of the range was zeroed or allocated, and the size of the file is as before";
  }
}
