package dev.ext4j.blockdev.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The devices and files that the kernel swaps to, from /proc/swaps. */
final class SwapTable {
  private final List<FileStatus> areas;

  private SwapTable(List<FileStatus> areas) {
    this.areas = areas;
  }

  static SwapTable read(Path swaps) throws IOException {
    return new SwapTable(
        ProcFile.read(swaps).stream()
            .map(fields -> fields.get(0))
            .filter(name -> name.startsWith("/"))
            .flatMap(name -> FileStatus.ofPath(name).stream())
            .toList());
  }

  boolean contains(DeviceNumber device) {
    return areas.stream()
        .anyMatch(
            area -> area.isBlockDevice() && DeviceNumber.of(area.nodeNumber()).equals(device));
  }

  boolean containsFile(FileStatus file) {
    return areas.stream().anyMatch(area -> !area.isBlockDevice() && area.isSameFileAs(file));
  }
}
