package dev.ext4j.blockdev.posix;

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
}
