package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import jnr.posix.LinuxLibC;
import org.jspecify.annotations.Nullable;

/**
 * An open file descriptor that cannot be used after it is closed. Every system call holds {@link
 * #gate} for reading, and {@link #close} holds it for writing. Without this lock, a thread could be
 * suspended between the check and the call, and then write into another file that got the same
 * descriptor number.
 *
 * <p>Transfers are loops, because a signal may interrupt a call (EINTR) and a call may transfer
 * fewer bytes than requested.
 */
final class Descriptor {
  /**
   * The maximum number of bytes of one call. The kernel moves at most 0x7ffff000 bytes
   * (MAX_RW_COUNT). Whole pages keep the alignment that O_DIRECT needs.
   */
  private static final int MAX_DIRECT_TRANSFER = 0x7ffff000;

  /**
   * The maximum number of bytes of one call for a heap buffer. It is smaller because jnr copies the
   * bytes into native memory for the call.
   */
  private static final int MAX_HEAP_TRANSFER = 1 << 20;

  private static final int POSIX_FADV_WILLNEED = 3;
  private static final int CLOSED = -1;

  private final String path;
  private final StampedLock gate = new StampedLock();
  private int fd;
  private @Nullable Call lastCall;

  private Descriptor(String path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Calls open(2). O_CLOEXEC and O_NOCTTY are always added. */
  static Descriptor open(String path, int flags, int permissions) throws DeviceException {
    return new Descriptor(path, openNumber(path, path, flags, permissions));
  }

  /** Returns another descriptor of the same inode, even if the path now names another file. */
  Descriptor reopen(int flags) throws DeviceException {
    long stamp = enter();
    try {
      return new Descriptor(path, openNumber(path, "/proc/self/fd/" + fd, flags, 0));
    } finally {
      gate.unlockRead(stamp);
    }
  }

  private static int openNumber(String name, String path, int flags, int permissions)
      throws DeviceException {
    if (path.indexOf('\0') >= 0) {
      throw failure(name, "open it", DeviceException.NO_OFFSET, Errno.EINVAL.number());
    }
    int allFlags = flags | OpenFlag.O_CLOEXEC | OpenFlag.O_NOCTTY;
    while (true) {
      int fd =
          PathBytes.isAscii(path)
              ? Native.posix().open(path, allFlags, permissions)
              : Native.linux().open(PathBytes.of(path), allFlags, permissions);
      if (fd >= 0) {
        return fd;
      }
      int errno = Native.errno();
      if (errno != Errno.EINTR.number()) {
        throw failure(name, "open it", DeviceException.NO_OFFSET, errno);
      }
    }
  }

  String path() {
    return path;
  }

  /** A system call that takes the descriptor and returns -1 on failure. */
  interface Call {
    long on(int fd);
  }

  /** Repeats a call until it is not interrupted, and returns its result or minus the errno. */
  long tryCall(Call call) throws DeviceException {
    long stamp = enter();
    try {
      while (true) {
        long result = call.on(fd);
        if (result != -1) {
          return result;
        }
        int errno = Native.errno();
        if (errno != Errno.EINTR.number()) {
          return -errno;
        }
      }
    } finally {
      gate.unlockRead(stamp);
    }
  }

  /**
   * Repeats a call until it is not interrupted, and returns its result.
   *
   * @throws DeviceException if the call fails or the descriptor is closed
   */
  long call(String action, long byteOffset, Call call) throws DeviceException {
    long result = tryCall(call);
    if (result < 0) {
      throw failure(path, action, byteOffset, (int) -result);
    }
    return result;
  }

  /**
   * Sets a call that {@link #close} makes before it closes the descriptor. Its result is ignored.
   */
  void beforeClose(Call call) {
    long stamp = gate.writeLock();
    lastCall = call;
    gate.unlockWrite(stamp);
  }

  /** Calls statx(2) on the open file. */
  FileStatus status() throws DeviceException {
    return FileStatus.read(this);
  }

  /**
   * Checks that this descriptor is open.
   *
   * @throws DeviceException if the descriptor is closed
   */
  void requireOpen() throws DeviceException {
    gate.unlockRead(enter());
  }

  /** Fills {@code target}, which is writable and is either a direct buffer or has an array. */
  void readFully(long byteOffset, ByteBuffer target) throws DeviceException {
    long stamp = enter();
    try {
      long at = byteOffset;
      while (target.hasRemaining()) {
        long count = Native.posix().pread(fd, target, (long) chunkOf(target), at);
        at += advance("read", at, target, count);
      }
    } finally {
      gate.unlockRead(stamp);
    }
  }

  /**
   * Reads some bytes, at {@code byteOffset} with pread(2), or with read(2) if it is negative.
   *
   * @param target a direct buffer or one with an array, which must be writable
   * @return the number of bytes read, 0 at the end
   */
  int read(long byteOffset, ByteBuffer target) throws DeviceException {
    int chunk = chunkOf(target);
    long count =
        call(
            "read",
            byteOffset < 0 ? DeviceException.NO_OFFSET : byteOffset,
            fd ->
                byteOffset < 0
                    ? Native.posix().read(fd, target, (long) chunk)
                    : Native.posix().pread(fd, target, (long) chunk, byteOffset));
    target.position(target.position() + (int) count);
    return (int) count;
  }

  /**
   * Writes the remaining bytes of {@code source}, which is either a direct buffer or has an array.
   */
  void writeFully(long byteOffset, ByteBuffer source) throws DeviceException {
    long stamp = enter();
    try {
      long at = byteOffset;
      while (source.hasRemaining()) {
        long count = Native.posix().pwrite(fd, source, (long) chunkOf(source), at);
        at += advance("write", at, source, count);
      }
    } finally {
      gate.unlockRead(stamp);
    }
  }

  /**
   * Calls posix_fadvise(2) through the library that is already bound. The first hint comes early in
   * a run, and binding the other library for it would delay the start.
   */
  void willNeed(long byteOffset, long byteCount) throws DeviceException {
    long stamp = enter();
    try {
      if (Native.posix().libc() instanceof LinuxLibC linux) {
        int unused = linux.posix_fadvise(fd, byteOffset, byteCount, POSIX_FADV_WILLNEED);
      }
    } finally {
      gate.unlockRead(stamp);
    }
  }

  /**
   * Returns the number of bytes for one call. It is never more than the remaining bytes of the
   * buffer, because jnr ignores the limit of the buffer and does not check a length. jnr does not
   * move the position either.
   */
  private static int chunkOf(ByteBuffer buffer) {
    return Math.min(
        buffer.remaining(), buffer.isDirect() ? MAX_DIRECT_TRANSFER : MAX_HEAP_TRANSFER);
  }

  private long advance(String action, long at, ByteBuffer buffer, long count)
      throws DeviceException {
    if (count > 0) {
      buffer.position(buffer.position() + (int) count);
      return count;
    }
    if (count == 0) {
      // The file was truncated, or the medium was removed. A retry would never end.
      throw new DeviceException(
          path, action, at, Errno.EIO.number(), "the file or device ends before its size");
    }
    int errno = Native.errno();
    if (errno == Errno.EINTR.number()) {
      return 0;
    }
    throw failure(path, action, at, errno);
  }

  private long enter() throws DeviceException {
    long stamp = gate.readLock();
    if (fd == CLOSED) {
      gate.unlockRead(stamp);
      throw new DeviceException(
          path, "use it", DeviceException.NO_OFFSET, Errno.EBADF.number(), "it is closed");
    }
    return stamp;
  }

  /**
   * Waits for the calls that are in progress and closes the descriptor. A second close does
   * nothing.
   */
  void close() throws DeviceException {
    long stamp = gate.writeLock();
    try {
      if (fd == CLOSED) {
        return;
      }
      int closing = fd;
      fd = CLOSED;
      if (lastCall != null) {
        long unused = lastCall.on(closing);
      }
      // Linux frees the number whatever close(2) returns, so the call is not repeated after EINTR.
      if (Native.posix().close(closing) == -1) {
        int errno = Native.errno();
        if (errno != Errno.EINTR.number()) {
          throw failure(path, "close it", DeviceException.NO_OFFSET, errno);
        }
      }
    } finally {
      gate.unlockWrite(stamp);
    }
  }

  static DeviceException failure(String path, String action, long byteOffset, int errno) {
    return new DeviceException(path, action, byteOffset, errno, Errno.describe(errno));
  }
}
