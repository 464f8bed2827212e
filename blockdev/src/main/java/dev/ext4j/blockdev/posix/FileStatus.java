package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceException;
import java.util.Optional;

/**
 * What fstat(2) says of an open file.
 *
 * @param kind whether the file can be a disk at all
 * @param deviceNumber the device that holds the inode (st_dev)
 * @param inode its number there
 * @param nodeNumber for a block device the device it is (st_rdev)
 * @param byteCount of a regular file; of no meaning for a device
 */
record FileStatus(Kind kind, long deviceNumber, long inode, long nodeNumber, long byteCount) {
  enum Kind {
    REGULAR_FILE,
    BLOCK_DEVICE,
    DIRECTORY,
    OTHER
  }

  boolean isBlockDevice() {
    return kind == Kind.BLOCK_DEVICE;
  }

  /** Of a path that need not be readable; nothing if there is none or it cannot be reached. */
  static Optional<FileStatus> ofPath(String path) {
    try {
      Descriptor descriptor = Descriptor.open(path, OpenFlag.O_PATH, 0);
      try {
        return Optional.of(descriptor.status());
      } finally {
        descriptor.close();
      }
    } catch (DeviceException e) {
      return Optional.empty();
    }
  }

  /** Whether both are the same inode, by whatever names. */
  boolean isSameFileAs(FileStatus other) {
    return deviceNumber == other.deviceNumber && inode == other.inode;
  }
}
