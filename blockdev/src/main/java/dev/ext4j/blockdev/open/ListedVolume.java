package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.partition.Partition;
import java.util.Locale;

/**
 * A partition and the label of the file system on it.
 *
 * @param partition where it is
 * @param recognised whether the probe knows the file system
 * @param label of the file system, empty if it has none or is not recognised
 */
public record ListedVolume(Partition partition, boolean recognised, String label) {
  /**
   * One line for a list: number, label, name, start and size in bytes. Label and name come from the
   * disk, so control characters in them are escaped and cannot break the line or drive a terminal.
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
