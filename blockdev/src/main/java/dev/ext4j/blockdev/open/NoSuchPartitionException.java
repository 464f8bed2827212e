package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.List;

/**
 * The exception for an address with a partition or label that the device lacks. The message lists
 * the partitions that exist.
 */
public final class NoSuchPartitionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String device;
  private final transient List<ListedVolume> existing;

  NoSuchPartitionException(String device, String wanted, List<ListedVolume> existing) {
    super(
        device
            + ": there is no "
            + wanted
            + (existing.isEmpty()
                ? ": the device has no partitions"
                : "; there are:" + VolumeList.inOneLine(existing)));
    this.device = device;
    this.existing = List.copyOf(existing);
  }

  /** Returns the device's {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /** Returns the partitions that exist, in the order of their numbers. */
  public List<ListedVolume> existing() {
    return existing;
  }
}
