package dev.ext4j.blockdev;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A fixed-size array of bytes that outlives the process: a disk, a partition or an image file.
 *
 * <p><b>Durability.</b> A write is durable only after a later {@link #flush} has returned. Until
 * then a crash may keep any subset of the writes since the last flush, and may tear a single write
 * between two sectors of {@link #sectorSize} bytes. A single sector is either old or new, never
 * mixed. A read always sees the writes made before it through the same device.
 *
 * <p><b>Transfers</b> move all remaining bytes of the buffer to or from the device, starting at
 * {@code byteOffset} on the device, and advance the buffer's position to its limit. A transfer that
 * cannot move all bytes throws an exception. After a failed transfer the buffer's position and the
 * bytes of the range are undefined. Offsets need no alignment. A range that is not wholly inside
 * the device is a bug of the caller and causes an {@link IndexOutOfBoundsException}.
 *
 * <p><b>Threads.</b> Any number of threads may use a device at once. Transfers over overlapping
 * ranges at the same time have no defined order.
 *
 * <p>Failures of the device are {@link DeviceException}s, which name the device, the offset and the
 * errno. After {@link #close} every transfer, flush and discard throws a {@link DeviceException}.
 * The name and the sizes stay available, and a second {@code close} does nothing.
 */
public interface BlockDevice extends Closeable {
  /** Returns the name of this device for messages, for example the path it was opened with. */
  String name();

  /** Returns the size in bytes. It never changes while the device is open. */
  long size();

  /**
   * Returns the size in bytes of the unit that is written atomically: a power of two, at least 512.
   */
  int sectorSize();

  /** Returns whether every attempt to write fails with EROFS. */
  boolean readOnly();

  /** Fills the remaining bytes of {@code target}, starting at {@code byteOffset} on the device. */
  void readFully(long byteOffset, ByteBuffer target) throws IOException;

  /** Writes the remaining bytes of {@code source}, starting at {@code byteOffset} on the device. */
  void writeFully(long byteOffset, ByteBuffer source) throws IOException;

  /** Makes durable every write that returned before this call. */
  void flush() throws IOException;

  /**
   * Tells the device that the content of a range is no longer needed. Afterwards the range reads as
   * zeros, as its old content, or as a mix of both. A device that cannot discard does nothing.
   */
  void discard(long byteOffset, long byteCount) throws IOException;

  /** Hints that a range will be read soon. This method never fails, and it may do nothing. */
  default void willNeed(long byteOffset, long byteCount) {}
}
