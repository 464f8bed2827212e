package dev.ext4j.blockdev.posix;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.Direct;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.off_t;
import jnr.ffi.types.u_int64_t;

/**
 * The calls of the C library that jnr-posix lacks. Public because jnr-ffi generates its
 * implementation in another package; not for use outside this one. Each returns -1 and leaves an
 * errno.
 */
public interface LinuxCalls {
  /** open(2) with a path of raw bytes, NUL-terminated: no charset of the JVM comes in between. */
  @Variadic(fixedCount = 2)
  int open(@In byte[] path, int flags, int mode);

  /** statx(2): a {@code struct statx}, whose layout is that of every architecture. */
  int statx(int folderFd, @In byte[] path, int flags, int mask, @Out @Direct ByteBuffer status);

  /** access(2) with a path as {@link #open} takes it; mode 0 asks whether it exists. */
  int access(@In byte[] path, int mode);

  /** unlink(2) with a path as {@link #open} takes it. */
  int unlink(@In byte[] path);

  /** ioctl(2) that fills or reads a structure. */
  @Variadic(fixedCount = 2)
  int ioctl(int fd, @u_int64_t long request, @In @Out @Direct ByteBuffer argument);

  /** ioctl(2) with an array of u64, as BLKDISCARD takes it. */
  @Variadic(fixedCount = 2)
  int ioctl(int fd, @u_int64_t long request, @In long[] argument);

  /** fcntl(2) with a {@code struct flock}. */
  @Variadic(fixedCount = 2)
  int fcntl(int fd, int command, @In @Out @Direct ByteBuffer lock);

  /** fallocate(2). */
  int fallocate(int fd, int mode, @off_t long byteOffset, @off_t long byteCount);
}
