package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jnr.posix.FileStat;

/**
 * The result of statx(2) for an open file: {@code struct statx} of include/uapi/linux/stat.h.
 *
 * @param kind the kind of the file, which decides whether it can be a disk at all
 * @param deviceNumber the device that holds the inode (st_dev)
 * @param inode the inode number on that device
 * @param nodeNumber the number of the device itself if the file is a block device (st_rdev)
 * @param byteCount the size of a regular file; without meaning for a device
 */
record FileStatus(Kind kind, long deviceNumber, long inode, long nodeNumber, long byteCount) {
  enum Kind {
    REGULAR_FILE,
    BLOCK_DEVICE,
    DIRECTORY,
    OTHER
  }

  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STRUCT_SIZE = 256;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int SIZE = 40;
  private static final int NODE_MAJOR = 128;
  private static final int NODE_MINOR = 132;
  private static final int DEVICE_MAJOR = 136;
  private static final int DEVICE_MINOR = 140;
  private static final byte[] NO_PATH = {0};

  /** Reads the status of an open file with statx(2). */
  static FileStatus read(Descriptor descriptor) throws DeviceException {
    ByteBuffer status = ByteBuffer.allocateDirect(STRUCT_SIZE).order(ByteOrder.nativeOrder());
    descriptor.call(
        "stat it",
        DeviceException.NO_OFFSET,
        fd -> Native.linux().statx(fd, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, status));
    return new FileStatus(
        kindOf(status.getShort(MODE)),
        new DeviceNumber(status.getInt(DEVICE_MAJOR), status.getInt(DEVICE_MINOR)).encoded(),
        status.getLong(INODE),
        new DeviceNumber(status.getInt(NODE_MAJOR), status.getInt(NODE_MINOR)).encoded(),
        status.getLong(SIZE));
  }

  private static Kind kindOf(short mode) {
    return switch (mode & FileStat.S_IFMT) {
      case FileStat.S_IFREG -> Kind.REGULAR_FILE;
      case FileStat.S_IFBLK -> Kind.BLOCK_DEVICE;
      case FileStat.S_IFDIR -> Kind.DIRECTORY;
      default -> Kind.OTHER;
    };
  }

  boolean isBlockDevice() {
    return kind == Kind.BLOCK_DEVICE;
  }

  /**
   * Returns the status of a path that need not be readable, or empty if it does not exist or cannot
   * be reached.
   */
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

  /** Returns whether both objects describe the same inode, even under different names. */
  boolean isSameFileAs(FileStatus other) {
    return deviceNumber == other.deviceNumber && inode == other.inode;
  }
}
