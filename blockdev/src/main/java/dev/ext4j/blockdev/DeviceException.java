package dev.ext4j.blockdev;

import java.io.IOException;

/** A failure of a device, with the device's name, the offset, and the errno of the system call. */
public final class DeviceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The {@link #byteOffset} of a failure that does not concern a position on the device. */
  public static final long NO_OFFSET = -1;

  private final String device;
  private final long byteOffset;
  private final int errno;

  /**
   * Creates the exception for an action that failed.
   *
   * @param device the {@link BlockDevice#name} of the device
   * @param action the action that failed, as it fits into "cannot {action}"
   * @param byteOffset the offset of the failure on the device in bytes, or {@link #NO_OFFSET}
   * @param errno the operating system's error number
   * @param reason the text of the error, for example "Input/output error"
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

  /** Returns the device's {@link BlockDevice#name}. */
  public String device() {
    return device;
  }

  /**
   * Returns the offset of the failed transfer, in bytes from the start of the device. Returns
   * {@link #NO_OFFSET} if the failure does not concern a position on the device.
   */
  public long byteOffset() {
    return byteOffset;
  }

  /** Returns the errno, in Linux' numbering. */
  public int errno() {
    return errno;
  }
}
