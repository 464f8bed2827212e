package dev.ext4j.blockdev.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The devices and files that the kernel swaps to, from /proc/swaps. */
final class SwapTable {
  private final List<FileStatus> areas;

  private SwapTable(List<FileStatus> areas) {
    this.areas = areas;
  }

  static SwapTable read(Path swaps) throws IOException {
    List<FileStatus> areas = new ArrayList<>();
    for (List<String> fields : ProcFile.read(swaps)) {
      String name = fields.isEmpty() ? "" : fields.get(0);
      if (name.startsWith("/")) {
        FileStatus.ofPath(name).ifPresent(areas::add);
      }
    }
    return new SwapTable(areas);
  }

  boolean contains(DeviceNumber device) {
    for (FileStatus area : areas) {
      if (area.isBlockDevice() && DeviceNumber.of(area.nodeNumber()).equals(device)) {
        return true;
      }
    }
    return false;
  }

  boolean containsFile(FileStatus file) {
    for (FileStatus area : areas) {
      if (!area.isBlockDevice() && area.isSameFileAs(file)) {
        return true;
      }
    }
    return false;
  }
}
