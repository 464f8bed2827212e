package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.partition.DeviceSlice;
import dev.ext4j.blockdev.partition.Partition;
import dev.ext4j.blockdev.partition.PartitionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The partitions of a device, each with the result of a probe. */
final class VolumeList {
  /**
   * The largest number of volumes in a message, which keeps the message readable. A GPT may have
   * tens of thousands of entries.
   */
  private static final int MOST = 16;

  private VolumeList() {}

  static List<ListedVolume> of(BlockDevice device, VolumeProbe probe) throws IOException {
    Optional<PartitionTable> table = PartitionTable.read(device);
    List<ListedVolume> volumes = new ArrayList<>();
    if (table.isPresent()) {
      for (Partition partition : table.get().partitions()) {
        volumes.add(probed(device, partition, probe));
      }
    }
    return volumes;
  }

  private static ListedVolume probed(BlockDevice device, Partition partition, VolumeProbe probe)
      throws IOException {
    if (partition.endByte() > device.size()) {
      return new ListedVolume(partition, false, "");
    }
    try (DeviceSlice slice = slice(device, partition)) {
      Optional<String> label = probe.label(slice);
      return new ListedVolume(partition, label.isPresent(), label.orElse(""));
    }
  }

  static DeviceSlice slice(BlockDevice device, Partition partition) {
    return DeviceSlice.sharing(
        device,
        device.name() + "@p" + partition.number(),
        partition.startByte(),
        partition.byteCount());
  }

  /** Returns the volumes for a message, which is one line. */
  static String inOneLine(List<ListedVolume> volumes) {
    StringBuilder text = new StringBuilder();
    for (ListedVolume volume : volumes.subList(0, Math.min(MOST, volumes.size()))) {
      text.append(text.length() == 0 ? " " : "; ").append(volume.describe());
    }
    if (volumes.size() > MOST) {
      text.append("; and ").append(volumes.size() - MOST).append(" more");
    }
    return text.toString();
  }
}
