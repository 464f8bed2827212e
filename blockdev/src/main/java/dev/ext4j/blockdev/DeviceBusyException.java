package dev.ext4j.blockdev;

import java.io.IOException;

/**
 * The exception for a device or image that was not opened for writing because it is in use: it is
 * mounted, locked, attached to a loop device, or held by the kernel. Nothing has been written.
 */
public final class DeviceBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String device;
  private final String reason;

  /**
   * Creates the exception for a device that is in use.
   *
   * @param device the name of the device that was to be opened
   * @param reason the user of the device and the kind of use, for example "/dev/loop0 over it is
   *     mounted on /mnt"
   */
  public DeviceBusyException(String device, String reason) {
    super(device + ": is in use: " + reason);
    this.device = device;
    this.reason = reason;
  }

  /** Returns the {@link BlockDevice#name} of the device that was to be opened. */
  public String device() {
    return device;
  }

  /** Returns the user of the device and the kind of use, as a clause without a full stop. */
  public String reason() {
    return reason;
  }
}
