package dev.ext4j.blockdev.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The mounts of this process' mount namespace, from /proc/self/mountinfo, see proc(5). */
final class MountTable {
  private static final int NUMBER_FIELD = 2;
  private static final int MOUNT_POINT_FIELD = 4;
  private static final int FIRST_OPTIONAL_FIELD = 6;

  private final List<Mount> mounts;

  /** A mount. {@code source} is the name of the mounted device, as the mount call gave it. */
  private record Mount(DeviceNumber device, String mountPoint, String source) {}

  private MountTable(List<Mount> mounts) {
    this.mounts = mounts;
  }

  static MountTable read(Path mountinfo) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (List<String> fields : ProcFile.read(mountinfo)) {
      int separator = fields.indexOf("-");
      if (separator >= FIRST_OPTIONAL_FIELD && separator + 2 < fields.size()) {
        String mountPoint = fields.get(MOUNT_POINT_FIELD);
        String source = fields.get(separator + 2);
        DeviceNumber.parse(fields.get(NUMBER_FIELD))
            .ifPresent(device -> mounts.add(new Mount(device, mountPoint, source)));
      }
    }
    return new MountTable(mounts);
  }

  /**
   * Returns the mount point of a block device, or empty if it is not mounted. A file system such as
   * btrfs has its own device number with major 0. Such a file system is recognised by the device
   * node from which it was mounted.
   */
  Optional<String> mountPointOf(DeviceNumber device) {
    for (Mount mount : mounts) {
      if (mount.device.equals(device)
          || (mount.device.major() == 0 && isNode(mount.source, device))) {
        return Optional.of(mount.mountPoint);
      }
    }
    return Optional.empty();
  }

  private static boolean isNode(String source, DeviceNumber device) {
    return source.startsWith("/")
        && FileStatus.ofPath(source)
            .filter(FileStatus::isBlockDevice)
            .filter(status -> DeviceNumber.of(status.nodeNumber()).equals(device))
            .isPresent();
  }
}
