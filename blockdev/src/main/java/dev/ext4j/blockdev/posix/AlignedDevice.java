package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A device that accepts transfers of any alignment and makes them on a device that accepts only
 * aligned transfers. Aligned transfers of aligned direct buffers pass through. All other transfers
 * are copied through aligned bounce buffers.
 *
 * <p>Two writers may change different bytes of the same unit at the same time. Therefore a unit is
 * read, changed and written back under {@link #edges}. Writes of whole units need no lock, because
 * overlapping writes have no defined order anyway.
 *
 * <p>If the size of a file is not a multiple of the unit, O_DIRECT cannot write its last bytes
 * without making the file longer. These bytes go through a second descriptor, which uses the page
 * cache.
 */
final class AlignedDevice extends ForwardingDevice {
  static final int FILE_ALIGNMENT = 4096;
  private static final int BOUNCE_SIZE = 1 << 18;
  private static final int KEPT_BUFFERS = 4;

  private final PosixBlockDevice direct;
  private final @Nullable PosixBlockDevice tail;
  private final int unit;
  private final long alignedSize;
  private final ReentrantLock edges = new ReentrantLock();
  private final ArrayBlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(KEPT_BUFFERS);

  private AlignedDevice(PosixBlockDevice direct, @Nullable PosixBlockDevice tail, int unit) {
    super(direct);
    this.direct = direct;
    this.tail = tail;
    this.unit = unit;
    this.alignedSize = direct.size() - direct.size() % unit;
  }

  /**
   * Creates an aligned device. This method takes over the ownership of {@code direct} unless it
   * fails.
   */
  static AlignedDevice over(PosixBlockDevice direct, int unit) throws IOException {
    boolean hasTail = direct.size() % unit != 0;
    return new AlignedDevice(direct, hasTail ? direct.reopenThroughPageCache() : null, unit);
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), size());
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    direct.requireOpen();
    int tailCount = cutTail(byteOffset, target);
    long at = byteOffset;
    while (target.hasRemaining()) {
      at += passesThrough(at, target) ? transferWhole(at, target, false) : readUnits(at, target);
    }
    if (tail != null && tailCount > 0) {
      target.limit(target.position() + tailCount);
      tail.readFully(at, target);
    }
  }

  private long readUnits(long at, ByteBuffer target) throws IOException {
    ByteBuffer bounce = takeBuffer();
    try {
      long start = at - at % unit;
      int skipped = (int) (at - start);
      int count = (int) Math.min(target.remaining(), (long) BOUNCE_SIZE - skipped);
      bounce.clear().limit(roundUp(skipped + count));
      direct.readFully(start, bounce);
      target.put(target.position(), bounce, skipped, count);
      target.position(target.position() + count);
      return count;
    } finally {
      giveBack(bounce);
    }
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), size());
    direct.requireOpen();
    if (readOnly()) {
      throw Descriptor.failure(name(), "write", byteOffset, Errno.EROFS.number());
    }
    int tailCount = cutTail(byteOffset, source);
    long at = byteOffset;
    while (source.hasRemaining()) {
      at += passesThrough(at, source) ? transferWhole(at, source, true) : writeUnits(at, source);
    }
    if (tail != null && tailCount > 0) {
      source.limit(source.position() + tailCount);
      tail.writeFully(at, source);
    }
  }

  private long writeUnits(long at, ByteBuffer source) throws IOException {
    int skipped = (int) (at % unit);
    boolean wholeUnits = skipped == 0 && source.remaining() >= unit;
    ByteBuffer bounce = takeBuffer();
    try {
      int count;
      if (wholeUnits) {
        int room = Math.min(source.remaining(), BOUNCE_SIZE);
        count = room - room % unit;
        bounce.clear().limit(count);
        bounce.put(0, source, source.position(), count);
        direct.writeFully(at, bounce);
      } else {
        count = Math.min(source.remaining(), unit - skipped);
        changeUnit(at - skipped, skipped, source, count, bounce);
      }
      source.position(source.position() + count);
      return count;
    } finally {
      giveBack(bounce);
    }
  }

  private void changeUnit(
      long unitStart, int skipped, ByteBuffer source, int count, ByteBuffer bounce)
      throws IOException {
    edges.lock();
    try {
      bounce.clear().limit(unit);
      direct.readFully(unitStart, bounce);
      bounce.flip();
      bounce.put(skipped, source, source.position(), count);
      direct.writeFully(unitStart, bounce);
    } finally {
      edges.unlock();
    }
  }

  /** Returns whether at least the first unit of the transfer needs no copy. */
  private boolean passesThrough(long at, ByteBuffer buffer) {
    return buffer.isDirect()
        && at % unit == 0
        && buffer.remaining() >= unit
        && buffer.alignmentOffset(buffer.position(), unit) == 0;
  }

  /** Transfers every whole unit of the buffer directly, without a copy. */
  private long transferWhole(long at, ByteBuffer buffer, boolean write) throws IOException {
    int limit = buffer.limit();
    int count = buffer.remaining() - buffer.remaining() % unit;
    buffer.limit(buffer.position() + count);
    if (write) {
      direct.writeFully(at, buffer);
    } else {
      direct.readFully(at, buffer);
    }
    buffer.limit(limit);
    return count;
  }

  /**
   * Lowers {@code buffer}'s limit to exclude the bytes in the incomplete last unit, and returns the
   * number of these bytes.
   */
  private int cutTail(long byteOffset, ByteBuffer buffer) {
    int beforeTail = (int) Math.min(buffer.remaining(), Math.max(0, alignedSize - byteOffset));
    int tailCount = buffer.remaining() - beforeTail;
    buffer.limit(buffer.position() + beforeTail);
    return tailCount;
  }

  private int roundUp(int byteCount) {
    return (byteCount + unit - 1) / unit * unit;
  }

  private ByteBuffer takeBuffer() {
    ByteBuffer kept = buffers.poll();
    return kept != null ? kept : ByteBuffer.allocateDirect(BOUNCE_SIZE + unit).alignedSlice(unit);
  }

  private void giveBack(ByteBuffer buffer) {
    boolean unused = buffers.offer(buffer); // false if enough buffers are kept
  }

  @Override
  public void flush() throws IOException {
    // Both descriptors have the same inode. An fdatasync on either one covers the writes of both.
    direct.flush();
  }

  @Override
  public void willNeed(long byteOffset, long byteCount) {
    // This would fill the page cache, which this device bypasses.
  }

  @Override
  public void close() throws IOException {
    try (direct) {
      if (tail != null) {
        tail.close();
      }
    }
  }
}
