package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A loop device and the range of a file that it exposes.
 *
 * @param node the loop device
 * @param readOnly whether the device cannot change the file
 * @param startByte the first byte of the range in the file
 * @param byteLimit the length of the range, 0 if it extends to the end of the file
 */
record LoopDevice(BlockNode node, boolean readOnly, long startByte, long byteLimit) {
  private static final long LOOP_GET_STATUS64 = 0x4c05;

  /**
   * The size of {@code struct loop_info64} of include/uapi/linux/loop.h. The constants below are
   * the offsets of the fields that are used.
   */
  private static final int INFO_SIZE = 232;

  private static final int LO_DEVICE = 0;
  private static final int LO_INODE = 8;
  private static final int LO_OFFSET = 24;
  private static final int LO_SIZELIMIT = 32;

  /**
   * The suffix that sysfs adds to the path of a removed file. The name of an existing file may also
   * end with this suffix.
   */
  private static final String DELETED = " (deleted)";

  /**
   * Returns every loop device over a file. The name under which the file was attached does not
   * matter.
   */
  static List<LoopDevice> over(FileStatus file, Path sysfs) throws IOException {
    List<LoopDevice> devices = new ArrayList<>();
    Path all = sysfs.resolve("block");
    if (!Files.isDirectory(all)) {
      return devices;
    }
    // No pattern, because compiling one takes longer than all of this.
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(all)) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve("loop/backing_file"))) {
          Optional<BlockNode> node = BlockNode.at(entry);
          if (node.isPresent()) {
            attachedTo(file, node.get()).ifPresent(devices::add);
          }
        }
      }
    }
    return devices;
  }

  /** Returns whether the ranges of two loop devices over the same file overlap. */
  boolean overlaps(LoopDevice other) {
    return startByte < other.endByte() && other.startByte < endByte();
  }

  boolean isAt(BlockNode other) {
    return node.number().equals(other.number());
  }

  private long endByte() {
    return byteLimit == 0 ? Long.MAX_VALUE : startByte + byteLimit;
  }

  /**
   * Returns the loop device if {@code file} is attached to it. The kernel reports the inode only to
   * a process that may open the device. Any other process gets only the path of the file. The
   * comparison by path misses a file that has been removed, or that this process cannot reach under
   * that path.
   */
  private static Optional<LoopDevice> attachedTo(FileStatus file, BlockNode node) {
    try {
      Descriptor device = Descriptor.open(node.devicePath(), OpenFlag.O_RDONLY, 0);
      try {
        return byInode(file, node, device);
      } finally {
        device.close();
      }
    } catch (DeviceException e) {
      return byPath(file, node);
    }
  }

  private static Optional<LoopDevice> byInode(FileStatus file, BlockNode node, Descriptor device)
      throws DeviceException {
    ByteBuffer info = ByteBuffer.allocateDirect(INFO_SIZE).order(ByteOrder.nativeOrder());
    device.call(
        "get its loop status",
        DeviceException.NO_OFFSET,
        fd -> Native.linux().ioctl(fd, LOOP_GET_STATUS64, info));
    if (info.getLong(LO_DEVICE) != file.deviceNumber() || info.getLong(LO_INODE) != file.inode()) {
      return Optional.empty();
    }
    return Optional.of(
        new LoopDevice(
            node,
            BlockDeviceQueries.readOnly(device),
            info.getLong(LO_OFFSET),
            info.getLong(LO_SIZELIMIT)));
  }

  private static Optional<LoopDevice> byPath(FileStatus file, BlockNode node) {
    try {
      String path = node.attribute("loop/backing_file");
      boolean same = isFile(path, file);
      if (!same && path.endsWith(DELETED)) {
        same = isFile(path.substring(0, path.length() - DELETED.length()), file);
      }
      return same
          ? Optional.of(
              new LoopDevice(
                  node,
                  node.readOnly(),
                  Long.parseLong(node.attribute("loop/offset")),
                  Long.parseLong(node.attribute("loop/sizelimit"))))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // detached since it was listed
    }
  }

  private static boolean isFile(String path, FileStatus file) {
    return FileStatus.ofPath(path).filter(file::isSameFileAs).isPresent();
  }
}
