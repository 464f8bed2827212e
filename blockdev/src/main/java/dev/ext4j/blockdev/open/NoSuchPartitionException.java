package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.List;

/** An address names a partition or label that the device does not have; the message lists all. */
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
                : "; there are:" + VolumeList.lines(existing)));
    this.device = device;
    this.existing = List.copyOf(existing);
  }

  /** The device's {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /** The partitions that exist, in the order of their numbers. */
  public List<ListedVolume> existing() {
    return existing;
  }
}
