package dev.ext4j.blockdev;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A fixed-size array of bytes that outlives the process: a disk, a partition, an image file.
 *
 * <p><b>Durability.</b> A write is durable only after a later {@link #flush} has returned; until
 * then a crash may keep any subset of the writes since the last flush, and may tear a single write
 * between two sectors of {@link #sectorSize} bytes. A sector itself is old or new, never mixed.
 * Reads always see the writes made before them through the same device.
 *
 * <p><b>Transfers</b> go from {@code byteOffset} on the device to or from the buffer's remaining
 * bytes, all of them or an exception, and advance the buffer's position to its limit. After a
 * failed transfer the buffer's position and the bytes of the range are undefined. Offsets need no
 * alignment. A range that is not wholly inside the device is a caller's bug: {@link
 * IndexOutOfBoundsException}.
 *
 * <p><b>Threads.</b> Any number of threads may use a device at once; transfers over overlapping
 * ranges at the same time have no defined order.
 *
 * <p>Failures of the device are {@link DeviceException}s, which name the device, the offset and the
 * errno. After {@link #close} every call but {@code close} throws a {@link DeviceException}.
 */
public interface BlockDevice extends Closeable {
  /** What to call this device in a message, for example the path it was opened with. */
  String name();

  /** Size in bytes; never changes while the device is open. */
  long size();

  /** Size in bytes of the unit that is written atomically; a power of two, at least 512. */
  int sectorSize();

  /** Whether every attempt to write fails with EROFS. */
  boolean readOnly();

  /** Fills the remaining bytes of {@code target} from {@code byteOffset} on. */
  void readFully(long byteOffset, ByteBuffer target) throws IOException;

  /** Writes the remaining bytes of {@code source} from {@code byteOffset} on. */
  void writeFully(long byteOffset, ByteBuffer source) throws IOException;

  /** Makes every write that has returned before this call durable. */
  void flush() throws IOException;

  /**
   * Tells the device that the content of a range is no longer needed. Afterwards the range reads as
   * zeros, as its old content, or as a mix. A device that cannot discard does nothing.
   */
  void discard(long byteOffset, long byteCount) throws IOException;

  /** Hints that a range is going to be read soon; never fails, may do nothing. */
  default void willNeed(long byteOffset, long byteCount) {}
}
