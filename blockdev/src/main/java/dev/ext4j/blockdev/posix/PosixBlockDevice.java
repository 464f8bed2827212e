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

/**
 * An image file or a block device, through pread(2) and pwrite(2).
 *
 * <p>A direct buffer is transferred in place, without allocation as long as jnr generates its stubs
 * ({@code jnr.ffi.asm.enabled}); a heap buffer costs a copy. The sector size of a file is 512
 * bytes: no file system promises more to be written atomically. The content of a file's page cache
 * is shared with every other reader and writer of the file, that of a block device too.
 *
 * <p>A flush that failed stays failed: Linux marks pages clean after a failed write-back, so a
 * later fdatasync(2) would return success without the lost pages.
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
   * @throws DeviceBusyException when it is to be written and somebody else uses it
   * @throws DeviceException when the operating system refuses, or the path is neither a regular
   *     file nor a block device
   */
  public static PosixBlockDevice open(String path, AccessMode mode) throws IOException {
    return open(path, mode, 0);
  }

  /**
   * Opens an existing image file or block device with O_DIRECT, past the page cache: for bulk
   * transfers and to see what the disk itself holds. Offsets and buffers still need no alignment,
   * but what is not aligned is copied, and an unaligned write reads the units at its edges first.
   * Fails with EINVAL where the file system under the image has no O_DIRECT.
   *
   * @throws DeviceBusyException when it is to be written and somebody else uses it
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
   * Makes a new image file of {@code byteCount} zero bytes, sparse, and opens it for writing. An
   * existing file is never touched: that fails with EEXIST.
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
      int unused = Native.linux().unlink(PathBytes.of(path)); // only the empty file made above
      closeAfter(e, descriptor);
      throw e;
    }
  }

  /** Whether there is a file of that name, of any kind. */
  public static boolean exists(String path) {
    return Native.linux().access(PathBytes.of(path), 0) == 0;
  }

  private static PosixBlockDevice open(String path, AccessMode mode, int extraFlags)
      throws IOException {
    Descriptor descriptor =
        mode == AccessMode.READ_ONLY
            // O_NONBLOCK so that opening a pipe by mistake comes back; files and disks ignore it.
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

  /** Closes after a failure, which stays the one to report. */
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
      // jnr would write into a direct one all the same.
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
      // A read-only heap buffer hides its array, and jnr takes no such buffer.
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
    // A device takes whole sectors only; the edges may keep their content.
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
      // A hint to a closed device is as void as any other hint.
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }

  /**
   * What O_DIRECT must be aligned to, in bytes. For a file it depends on the disk below, whose
   * sectors are never larger than the 4096 used here.
   */
  private int alignment() {
    return onBlockDevice ? sectorSize : AlignedDevice.FILE_ALIGNMENT;
  }

  void requireOpen() throws DeviceException {
    descriptor.requireOpen();
  }

  /** The same file, whose lock this device holds, without O_DIRECT. */
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
