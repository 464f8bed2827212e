package dev.ext4j.blockdev.partition;

import java.io.IOException;

/** A partition table that is there but cannot be trusted. */
public final class PartitionTableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A damaged table on {@code device}; {@code reason} is a clause without a full stop. */
  public PartitionTableException(String device, String reason) {
    super(device + ": partition table: " + reason);
  }
}
