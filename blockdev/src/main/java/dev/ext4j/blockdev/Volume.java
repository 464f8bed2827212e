package dev.ext4j.blockdev;

import dev.ext4j.blockdev.partition.Partition;

/**
 * A partition and the label of the file system on it.
 *
 * @param partition where it is
 * @param recognised whether the probe knows the file system
 * @param label of the file system, empty if it has none or is not recognised
 */
public record Volume(Partition partition, boolean recognised, String label) {
  /** One line for a list: number, label, name, start and size in bytes. */
  public String describe() {
    StringBuilder line = new StringBuilder("@p").append(partition.number());
    if (!label.isEmpty()) {
      line.append(" LABEL=").append(label);
    }
    if (!partition.name().isEmpty()) {
      line.append(" \"").append(partition.name()).append('"');
    }
    return line.append(" start ")
        .append(partition.startByte())
        .append(" size ")
        .append(partition.byteCount())
        .toString();
  }
}
