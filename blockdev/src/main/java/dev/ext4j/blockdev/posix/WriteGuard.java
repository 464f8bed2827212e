package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;

/**
 * What must hold before a device is written: nobody else writes to it. A block device is claimed
 * with O_EXCL, which the kernel gives to one holder at a time, mounts and swap included. On an
 * image file O_EXCL protects nothing, so it gets a lock.
 */
final class WriteGuard {
  private WriteGuard() {}

  /** Opens for writing; on a regular file O_EXCL without O_CREAT is without effect. */
  static Descriptor openExclusively(String path, int extraFlags) throws IOException {
    try {
      return Descriptor.open(path, OpenFlag.O_RDWR | OpenFlag.O_EXCL | extraFlags, 0);
    } catch (DeviceException e) {
      if (e.errno() != Errno.EBUSY.number()) {
        throw e;
      }
      DeviceBusyException busy = new DeviceBusyException(path, "the kernel or a program holds it");
      busy.initCause(e);
      throw busy;
    }
  }

  /** Makes sure of an open device or image, for as long as {@code descriptor} is open. */
  static void claim(Descriptor descriptor, FileStatus status) throws IOException {
    if (!status.isBlockDevice()) {
      ImageLock.take(descriptor);
    }
  }
}
