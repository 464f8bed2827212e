package dev.ext4j.blockdev;

/** The purpose for which a device is opened. */
public enum AccessMode {
  /**
   * Access for reading only. The device is opened without a lock, so that an image can be inspected
   * while another program uses it.
   */
  READ_ONLY,
  /**
   * Access for reading and writing. The device is refused if another program or the kernel uses it.
   */
  READ_WRITE
}
