package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.List;

/**
 * The exception for an address that matches several file systems. The message lists these file
 * systems.
 */
public final class AmbiguousPartitionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String device;
  private final transient List<ListedVolume> candidates;

  AmbiguousPartitionException(String device, List<ListedVolume> candidates) {
    super(
        device
            + ": several partitions are meant, choose one by its number:"
            + VolumeList.inOneLine(candidates));
    this.device = device;
    this.candidates = List.copyOf(candidates);
  }

  /** Returns the device's {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /**
   * Returns the volumes that match, in the order of the partition numbers. There are at least two.
   */
  public List<ListedVolume> candidates() {
    return candidates;
  }
}
