package dev.ext4j.blockdev.posix;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.Direct;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.off_t;
import jnr.ffi.types.u_int64_t;

/**
 * The functions of the C library that jnr-posix lacks. The interface is public because jnr-ffi
 * generates its implementation in another package. It must not be used outside this package. Each
 * function returns -1 on failure and sets errno.
 */
public interface LinuxCalls {
  /**
   * Calls open(2) with a path of raw bytes, terminated by NUL, to which no charset of the JVM is
   * applied.
   */
  @Variadic(fixedCount = 2)
  int open(@In byte[] path, int flags, int mode);

  /** Calls statx(2). The layout of {@code struct statx} is the same on every architecture. */
  int statx(int folderFd, @In byte[] path, int flags, int mask, @Out @Direct ByteBuffer status);

  /** Calls access(2) with a path as in {@link #open}. Mode 0 tests whether the file exists. */
  int access(@In byte[] path, int mode);

  /** Calls unlink(2) with a path as in {@link #open}. */
  int unlink(@In byte[] path);

  /** Calls ioctl(2) with a structure that the call reads or fills. */
  @Variadic(fixedCount = 2)
  int ioctl(int fd, @u_int64_t long request, @In @Out @Direct ByteBuffer argument);

  /** Calls ioctl(2) with an array of u64, as BLKDISCARD takes it. */
  @Variadic(fixedCount = 2)
  int ioctl(int fd, @u_int64_t long request, @In long[] argument);

  /** Calls fcntl(2) with a {@code struct flock}. */
  @Variadic(fixedCount = 2)
  int fcntl(int fd, int command, @In @Out @Direct ByteBuffer lock);

  /** Calls fallocate(2). */
  int fallocate(int fd, int mode, @off_t long byteOffset, @off_t long byteCount);
}
