package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The lock on an image file: an open file description lock (fcntl(2), F_OFD_SETLK) on the whole
 * file. Unlike a POSIX record lock, it belongs to one open file description. It therefore also
 * excludes a second open in the same process. It is kept when the process closes another descriptor
 * of the file. It conflicts with the byte-range locks that QEMU takes on the images of its running
 * guests, which a lock of flock(2) alone does not.
 */
final class ImageLock {
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  /**
   * The size of {@code struct flock} of 64-bit Linux: l_type, l_whence, l_start, l_len (0 means the
   * whole file), l_pid.
   */
  private static final int STRUCT_SIZE = 32;

  private static final int L_TYPE = 0;

  private ImageLock() {}

  private static ByteBuffer onAllOfIt() {
    ByteBuffer lock = ByteBuffer.allocateDirect(STRUCT_SIZE).order(ByteOrder.nativeOrder());
    return lock.putShort(L_TYPE, F_WRLCK);
  }

  /**
   * Returns whether another open file description of the image holds a lock. This method takes no
   * lock.
   */
  static boolean isTaken(Descriptor image) throws IOException {
    ByteBuffer lock = onAllOfIt();
    long result = image.tryCall(fd -> Native.linux().fcntl(fd, F_OFD_GETLK, lock));
    if (result < 0) {
      throw Descriptor.failure(image.path(), "lock it", DeviceException.NO_OFFSET, (int) -result);
    }
    return lock.getShort(L_TYPE) != F_UNLCK;
  }

  /**
   * Takes the lock, which lasts until the descriptor is closed. Takes a lock of flock(2) as well,
   * because scripts protect images with it. A lock that the caller of this process took for it, as
   * {@code flock IMG ext4j ...} does, is no obstacle.
   */
  static void take(Descriptor image, FileStatus status) throws IOException {
    ByteBuffer lock = onAllOfIt();
    long result = image.tryCall(fd -> Native.linux().fcntl(fd, F_OFD_SETLK, lock));
    if (result == -Errno.EAGAIN.number() || result == -Errno.EACCES.number()) {
      throw busy(image, LockHolders.nameOf(status, LockHolders.OPEN_FILE));
    }
    if (result < 0) {
      throw Descriptor.failure(image.path(), "lock it", DeviceException.NO_OFFSET, (int) -result);
    }
    result = image.tryCall(fd -> Native.posix().libc().flock(fd, LOCK_EX | LOCK_NB));
    if (result == -Errno.EAGAIN.number() && !LockHolders.isInherited(status)) {
      throw busy(image, LockHolders.nameOf(status, LockHolders.FLOCK));
    }
    // A child process between fork and exec shares the open file, and would keep its locks alive.
    image.beforeClose(ImageLock::release);
  }

  private static long release(int fd) {
    ByteBuffer lock = onAllOfIt().putShort(L_TYPE, F_UNLCK);
    long unused = Native.linux().fcntl(fd, F_OFD_SETLK, lock);
    return Native.posix().libc().flock(fd, LOCK_UN);
  }

  private static DeviceBusyException busy(Descriptor image, Optional<String> holder) {
    return new DeviceBusyException(
        image.path(), holder.orElse("another program") + " has locked it");
  }
}
