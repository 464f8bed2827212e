package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.partition.Partition;
import java.util.Locale;

/**
 * A partition and the label of the file system on it.
 *
 * @param partition the entry of the partition table
 * @param recognised whether the probe recognises a file system on the partition
 * @param label the label of the file system, empty if it has none or is not recognised
 */
public record ListedVolume(Partition partition, boolean recognised, String label) {
  /**
   * Returns one line for a list: number, label, name, start and size in bytes. Label and name come
   * from the disk. Control characters in them are escaped, so that they cannot break the line or
   * send commands to a terminal.
   */
  public String describe() {
    StringBuilder line = new StringBuilder("@p").append(partition.number());
    if (!label.isEmpty()) {
      line.append(" LABEL=").append(escaped(label));
    }
    if (!partition.name().isEmpty()) {
      line.append(" \"").append(escaped(partition.name())).append('"');
    }
    return line.append(" start ")
        .append(partition.startByte())
        .append(" size ")
        .append(partition.byteCount())
        .toString();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                escaped.append(String.format(Locale.ROOT, "\\x%02x", c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }
}
