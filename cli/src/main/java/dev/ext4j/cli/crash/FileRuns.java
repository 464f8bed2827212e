package dev.ext4j.cli.crash;

import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.MappingVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The runs of a file's content and their positions on the device. All positions are in bytes. */
final class FileRuns implements MappingVisitor {
  /** The value that replaces the position of a run that reads as zeros. */
  private static final long ZEROS = -1;

  /** The value that replaces the position of a run that lies in the inode. */
  private static final long INLINE = -2;

  private final Ext4File file;
  private final long size;
  private final int blockSize;
  private long[] starts = new long[16];
  private long[] ends = new long[16];
  private long[] places = new long[16];
  private int count;

  /** The run of the last access. Offsets are requested in ascending order. */
  private int current;

  FileRuns(Ext4File file, int blockSize) throws IOException {
    this.file = file;
    this.size = file.stat().size();
    this.blockSize = blockSize;
    file.inspect().map(Holes.SHOWN, this);
  }

  @Override
  public boolean visit(long logicalBlock, long physicalBlock, long blockCount, State state) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    starts[count] = logicalBlock * blockSize;
    ends[count] = state == State.INLINE ? size : (logicalBlock + blockCount) * blockSize;
    places[count] =
        switch (state) {
          case WRITTEN -> physicalBlock * blockSize;
          case UNWRITTEN, HOLE -> ZEROS;
          case INLINE -> INLINE;
          case DELAYED -> throw new IllegalStateException("an image at rest has no delayed blocks");
        };
    count++;
    return true;
  }

  /** Returns the size of the file in bytes. */
  long size() {
    return size;
  }

  /**
   * Returns the number of bytes, starting at an offset, that are certainly equal to those of
   * another file, without reading them. These bytes are zeros in both files, or they are in the
   * same blocks and these blocks have not changed.
   */
  long sameUnread(FileRuns other, long byteOffset, TouchedRanges touched) {
    long place = placeOf(byteOffset);
    long otherPlace = other.placeOf(byteOffset);
    if (place != otherPlace || place == INLINE) {
      return 0;
    }
    long length = Math.min(runEnd(byteOffset), other.runEnd(byteOffset)) - byteOffset;
    length = Math.min(length, Math.min(size, other.size) - byteOffset);
    return place == ZEROS ? length : Math.min(length, touched.untouchedFrom(place));
  }

  private boolean seek(long byteOffset) {
    if (current > 0 && (current >= count || starts[current] > byteOffset)) {
      current = 0;
    }
    while (current < count && ends[current] <= byteOffset) {
      current++;
    }
    return current < count && starts[current] <= byteOffset;
  }

  private long placeOf(long byteOffset) {
    if (!seek(byteOffset)) {
      return ZEROS;
    }
    long place = places[current];
    return place < 0 ? place : place + byteOffset - starts[current];
  }

  private long runEnd(long byteOffset) {
    if (seek(byteOffset)) {
      return ends[current];
    }
    return current < count ? starts[current] : Long.MAX_VALUE;
  }

  /**
   * Reads up to {@code byteCount} bytes. If the file ends earlier, the rest of the array is zeros.
   */
  byte[] read(long byteOffset, int byteCount) throws IOException {
    byte[] bytes = new byte[byteCount];
    ByteBuffer target = ByteBuffer.wrap(bytes);
    while (target.hasRemaining() && file.readDirect(byteOffset + target.position(), target) > 0) {
      // until the buffer is full or the file ends
    }
    return bytes;
  }
}
