package dev.ext4j.blockdev;

import java.io.IOException;

/**
 * A device or image was not opened for writing because somebody else uses it: it is mounted,
 * locked, attached to a loop device, or held by the kernel. Nothing has been written.
 */
public final class DeviceBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String device;
  private final String reason;

  /**
   * A refusal.
   *
   * @param device what was to be opened
   * @param reason who uses it and how, for example "/dev/loop0 over it is mounted on /mnt"
   */
  public DeviceBusyException(String device, String reason) {
    super(device + ": is in use: " + reason);
    this.device = device;
    this.reason = reason;
  }

  /** What was to be opened, as its {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /** Who uses it and how: a clause without a full stop. */
  public String reason() {
    return reason;
  }
}
