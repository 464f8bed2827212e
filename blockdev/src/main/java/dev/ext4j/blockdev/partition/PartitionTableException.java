package dev.ext4j.blockdev.partition;

import java.io.IOException;

/** The exception for a partition table that exists but is damaged. */
public final class PartitionTableException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception for a damaged table on {@code device}. {@code reason} is a clause without
   * a full stop.
   */
  public PartitionTableException(String device, String reason) {
    super(device + ": partition table: " + reason);
  }
}
