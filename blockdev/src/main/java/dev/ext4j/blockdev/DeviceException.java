package dev.ext4j.blockdev;

import java.io.IOException;

/** A failure of a device: which device, where, and the errno that the operating system gave. */
public final class DeviceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** {@link #byteOffset} of a failure that concerns no place on the device. */
  public static final long NO_OFFSET = -1;

  private final String device;
  private final long byteOffset;
  private final int errno;

  /**
   * A failure at a place on the device.
   *
   * @param action what was tried, as in "cannot {action}"
   * @param errno the operating system's error number
   * @param reason its text, for example "Input/output error"
   */
  public DeviceException(String device, String action, long byteOffset, int errno, String reason) {
    super(
        device
            + ": cannot "
            + action
            + (byteOffset == NO_OFFSET ? "" : " at byte " + byteOffset)
            + ": "
            + reason);
    this.device = device;
    this.byteOffset = byteOffset;
    this.errno = errno;
  }

  /** The device's {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /** Where the transfer that failed was, in bytes from the start of the device. */
  public long byteOffset() {
    return byteOffset;
  }

  /** The errno, in Linux' numbering. */
  public int errno() {
    return errno;
  }
}
