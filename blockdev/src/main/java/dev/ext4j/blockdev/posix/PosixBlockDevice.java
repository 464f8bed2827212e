package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import java.util.Optional;

/**
 * An image file or a block device, accessed with pread(2) and pwrite(2).
 *
 * <p>A direct buffer is transferred without a copy. This allocates nothing as long as jnr generates
 * its stubs ({@code jnr.ffi.asm.enabled}). A heap buffer is copied. The sector size of a file is
 * 512 bytes, because no file system guarantees that more is written atomically. The page cache of
 * the file or block device is shared with all its other readers and writers.
 *
 * <p>After a failed flush every later flush fails as well. Linux marks pages clean after a failed
 * writeback, so a later fdatasync(2) would return success without the lost pages.
 */
public final class PosixBlockDevice implements BlockDevice {
  private static final int FILE_SECTOR_SIZE = 512;
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int NO_ERROR = 0;
  private static final int PERMISSIONS_BEFORE_UMASK = 0666;

  private final Descriptor descriptor;
  private final boolean onBlockDevice;
  private final long size;
  private final int sectorSize;
  private final boolean readOnly;
  private volatile boolean discards = true;
  private volatile int failedFlush = NO_ERROR;

  private PosixBlockDevice(Descriptor descriptor, FileStatus status, boolean readOnly)
      throws DeviceException {
    this.descriptor = descriptor;
    this.onBlockDevice = status.isBlockDevice();
    this.readOnly = readOnly;
    this.size = onBlockDevice ? BlockDeviceQueries.byteCount(descriptor) : status.byteCount();
    this.sectorSize = onBlockDevice ? BlockDeviceQueries.sectorSize(descriptor) : FILE_SECTOR_SIZE;
  }

  /**
   * Opens an existing image file or block device.
   *
   * @throws DeviceBusyException if it is opened for writing and is already in use
   * @throws DeviceException if the operating system does not open it, or if the path is neither a
   *     regular file nor a block device
   */
  public static PosixBlockDevice open(String path, AccessMode mode) throws IOException {
    return open(path, mode, 0);
  }

  /**
   * Opens an existing image file or block device with O_DIRECT, which bypasses the page cache. Use
   * it for bulk transfers, and to read the content of the disk itself. Offsets and buffers still
   * need no alignment. Unaligned transfers are copied, and an unaligned write first reads the units
   * at its edges. The call fails with EINVAL if the file system that holds the image does not
   * support O_DIRECT.
   *
   * @throws DeviceBusyException if it is opened for writing and is already in use
   */
  public static BlockDevice openDirect(String path, AccessMode mode) throws IOException {
    PosixBlockDevice direct = open(path, mode, OpenFlag.direct());
    try {
      return AlignedDevice.over(direct, direct.alignment());
    } catch (IOException | RuntimeException e) {
      closeAfter(e, direct.descriptor);
      throw e;
    }
  }

  /**
   * Creates a sparse image file of {@code byteCount} zero bytes and opens it for writing. The call
   * fails with EEXIST if the file exists. It never changes an existing file.
   */
  public static PosixBlockDevice create(String path, long byteCount) throws IOException {
    if (byteCount < 0) {
      throw new IllegalArgumentException("negative size: " + byteCount);
    }
    int flags = OpenFlag.O_RDWR | OpenFlag.O_CREAT | OpenFlag.O_EXCL;
    Descriptor descriptor = Descriptor.open(path, flags, PERMISSIONS_BEFORE_UMASK);
    try {
      descriptor.call(
          "set its size", DeviceException.NO_OFFSET, fd -> Native.posix().ftruncate(fd, byteCount));
      FileStatus status = descriptor.status();
      WriteGuard.claim(descriptor, status);
      return new PosixBlockDevice(descriptor, status, false);
    } catch (IOException | RuntimeException e) {
      int unused = Native.linux().unlink(PathBytes.of(path)); // only the file created above
      closeAfter(e, descriptor);
      throw e;
    }
  }

  /**
   * Returns what another program or the kernel does with a device or image that may change its
   * content under a reader, as a clause: it is mounted, attached to a loop device for writing, or
   * locked. Returns empty if nothing is known.
   */
  public static Optional<String> useOf(String path) throws IOException {
    return WriteGuard.useOf(path);
  }

  /** Returns whether a file of any kind with that name exists. */
  public static boolean exists(String path) {
    return Native.linux().access(PathBytes.of(path), 0) == 0;
  }

  private static PosixBlockDevice open(String path, AccessMode mode, int extraFlags)
      throws IOException {
    Descriptor descriptor =
        mode == AccessMode.READ_ONLY
            // With O_NONBLOCK, opening a pipe by mistake does not block. Files and disks ignore the
            // flag.
            ? Descriptor.open(path, OpenFlag.O_RDONLY | OpenFlag.O_NONBLOCK | extraFlags, 0)
            : WriteGuard.openExclusively(path, extraFlags);
    try {
      FileStatus status = descriptor.status();
      switch (status.kind()) {
        case REGULAR_FILE, BLOCK_DEVICE -> {}
        case DIRECTORY ->
            throw Descriptor.failure(
                path, "open it", DeviceException.NO_OFFSET, Errno.EISDIR.number());
        case OTHER ->
            throw new DeviceException(
                path,
                "open it",
                DeviceException.NO_OFFSET,
                Errno.ENOTBLK.number(),
                "neither a regular file nor a block device");
      }
      if (mode == AccessMode.READ_WRITE) {
        WriteGuard.claim(descriptor, status);
      }
      return new PosixBlockDevice(descriptor, status, mode == AccessMode.READ_ONLY);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, descriptor);
      throw e;
    }
  }

  /**
   * Closes the descriptor after a failure. If closing fails too, its exception is added to {@code
   * failure} as suppressed.
   */
  private static void closeAfter(Exception failure, Descriptor descriptor) {
    try {
      descriptor.close();
    } catch (DeviceException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public String name() {
    return descriptor.path();
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
    return readOnly;
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(byteOffset, target.remaining(), size);
    if (target.isReadOnly()) {
      // jnr would write into a direct read-only buffer as well.
      throw new ReadOnlyBufferException();
    }
    descriptor.readFully(byteOffset, target);
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    Objects.checkFromIndexSize(byteOffset, source.remaining(), size);
    requireWritable("write", byteOffset);
    if (source.isDirect() || source.hasArray()) {
      descriptor.writeFully(byteOffset, source);
    } else {
      // A read-only heap buffer hides its array, and jnr does not accept such a buffer.
      writeCopy(byteOffset, source);
    }
  }

  private void writeCopy(long byteOffset, ByteBuffer source) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(Math.min(source.remaining(), 1 << 16));
    long at = byteOffset;
    do {
      copy.clear().limit(Math.min(copy.capacity(), source.remaining()));
      copy.put(source.slice(source.position(), copy.limit())).flip();
      source.position(source.position() + copy.limit());
      long count = copy.limit();
      descriptor.writeFully(at, copy);
      at += count;
    } while (source.hasRemaining());
  }

  @Override
  public void flush() throws IOException {
    descriptor.requireOpen();
    if (readOnly) {
      return;
    }
    int errno = failedFlush;
    if (errno == NO_ERROR) {
      errno = (int) -descriptor.tryCall(fd -> Native.posix().fdatasync(fd));
    }
    if (errno != NO_ERROR) {
      failedFlush = errno;
      throw Descriptor.failure(name(), "flush", DeviceException.NO_OFFSET, errno);
    }
  }

  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    Objects.checkFromIndexSize(byteOffset, byteCount, size);
    descriptor.requireOpen();
    requireWritable("discard", byteOffset);
    if (!discards) {
      return;
    }
    // A device takes whole sectors only. The edges of the range may keep their content.
    long unit = onBlockDevice ? sectorSize : 1;
    long start = Math.floorDiv(byteOffset + unit - 1, unit) * unit;
    long count = Math.floorDiv(byteOffset + byteCount, unit) * unit - start;
    if (count <= 0) {
      return;
    }
    long result =
        onBlockDevice
            ? BlockDeviceQueries.discard(descriptor, start, count)
            : descriptor.tryCall(
                fd ->
                    Native.linux()
                        .fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, count));
    if (result == -Errno.EOPNOTSUPP.number() || result == -Errno.ENOSYS.number()) {
      discards = false;
    } else if (result < 0) {
      throw Descriptor.failure(name(), "discard", byteOffset, (int) -result);
    }
  }

  @Override
  public void willNeed(long byteOffset, long byteCount) {
    if (byteOffset < 0 || byteCount <= 0 || byteOffset >= size) {
      return;
    }
    try {
      descriptor.willNeed(byteOffset, Math.min(byteCount, size - byteOffset));
    } catch (DeviceException e) {
      // Any hint may be ignored, and so may a hint to a closed device.
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }

  /**
   * Returns the alignment that O_DIRECT needs, in bytes. For a file the alignment depends on the
   * disk that holds the file. Its sectors are never larger than the 4096 bytes that are used here.
   */
  private int alignment() {
    return onBlockDevice ? sectorSize : AlignedDevice.FILE_ALIGNMENT;
  }

  void requireOpen() throws DeviceException {
    descriptor.requireOpen();
  }

  /**
   * Returns another device for the same file, without O_DIRECT. The lock stays with this device.
   */
  PosixBlockDevice reopenThroughPageCache() throws IOException {
    Descriptor other = descriptor.reopen(readOnly ? OpenFlag.O_RDONLY : OpenFlag.O_RDWR);
    try {
      return new PosixBlockDevice(other, other.status(), readOnly);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, other);
      throw e;
    }
  }

  private void requireWritable(String action, long byteOffset) throws DeviceException {
    if (readOnly) {
      descriptor.requireOpen();
      throw Descriptor.failure(name(), action, byteOffset, Errno.EROFS.number());
    }
  }
}
