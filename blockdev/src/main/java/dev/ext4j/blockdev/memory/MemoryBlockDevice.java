package dev.ext4j.blockdev.memory;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;

/**
 * A disk in memory, initially all zeros. Memory is allocated in chunks of 64 KiB where bytes are
 * written, so that even a disk of many TiB takes only the memory of its content. Every write is
 * durable at once. Wrap this device in a {@code WriteCacheDevice} to lose writes.
 */
public final class MemoryBlockDevice implements BlockDevice {
  private static final int CHUNK_SIZE = 1 << 16;
  private static final byte[] ZEROS = new byte[CHUNK_SIZE];

  private final long size;
  private final int sectorSize;
  private final SparsePages chunks;
  private volatile boolean closed;

  /** Creates a disk of {@code size} bytes with sectors of 512 bytes. */
  public MemoryBlockDevice(long size) {
    this(size, 512);
  }

  /**
   * Creates a disk of {@code size} bytes.
   *
   * @param sectorSize the size of a sector in bytes, a power of two and at least 512
   */
  public MemoryBlockDevice(long size, int sectorSize) {
    this(size, sectorSize, new SparsePages(CHUNK_SIZE, MemoryBlockDevice::readZeros));
  }

  private MemoryBlockDevice(long size, int sectorSize, SparsePages chunks) {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    if (sectorSize < 512 || Integer.bitCount(sectorSize) != 1) {
      throw new IllegalArgumentException("not a sector size: " + sectorSize);
    }
    this.size = size;
    this.sectorSize = sectorSize;
    this.chunks = chunks;
  }

  /**
   * Reads all of {@code device}, and returns a disk with the same content. Chunks of zeros take no
   * memory.
   */
  public static MemoryBlockDevice copyOf(BlockDevice device) throws IOException {
    MemoryBlockDevice copy = new MemoryBlockDevice(device.size(), device.sectorSize());
    byte[] chunk = new byte[CHUNK_SIZE];
    for (long at = 0; at < device.size(); at += CHUNK_SIZE) {
      int count = (int) Math.min(CHUNK_SIZE, device.size() - at);
      device.readFully(at, ByteBuffer.wrap(chunk, 0, count));
      if (!ByteBuffer.wrap(chunk, 0, count).equals(ByteBuffer.wrap(ZEROS, 0, count))) {
        copy.writeFully(at, ByteBuffer.wrap(chunk, 0, count));
      }
    }
    return copy;
  }

  /** Returns an independent disk with the same content. Also works on a closed disk. */
  public MemoryBlockDevice copy() {
    return new MemoryBlockDevice(size, sectorSize, chunks.copy());
  }

  /**
   * Returns an open device that shares the content of this device. It is for use after this device
   * was closed.
   */
  public MemoryBlockDevice reopened() {
    return new MemoryBlockDevice(size, sectorSize, chunks);
  }

  /**
   * Writes the content to the start of {@code target}, which must be at least as large as this disk
   * and must read as zeros in that range. Chunks of zeros are not written, so a new image file
   * stays as sparse as this disk. Also works on a closed disk.
   */
  public void copyTo(BlockDevice target) throws IOException {
    chunks.forEachNonZero(size, target::writeFully);
  }

  /** Returns the memory that the content takes, in bytes. */
  public long allocatedBytes() {
    return (long) chunks.pageCount() * CHUNK_SIZE;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int sectorSize() {
    return sectorSize;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), size);
    requireOpen();
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    chunks.read(byteOffset, target);
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), size);
    requireOpen();
    chunks.write(byteOffset, source, size);
  }

  @Override
  public void flush() throws IOException {
    requireOpen();
  }

  /** Makes the range read as zeros. The memory of whole chunks is freed. */
  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    Objects.checkFromIndexSize(byteOffset, byteCount, size);
    requireOpen();
    chunks.drop(byteOffset, byteCount, size);
  }

  @Override
  public void close() {
    closed = true;
  }

  private static void readZeros(long byteOffset, ByteBuffer target) {
    target.put(ZEROS, 0, target.remaining());
  }

  private void requireOpen() throws DeviceException {
    if (closed) {
      throw new DeviceException(
          name(), "use it", DeviceException.NO_OFFSET, Errno.EBADF.number(), "it is closed");
    }
  }
}
