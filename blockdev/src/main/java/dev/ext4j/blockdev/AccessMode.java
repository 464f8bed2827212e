package dev.ext4j.blockdev;

/** The purpose for which a device is opened. */
public enum AccessMode {
  /**
   * Reading only. Takes no lock, so that an image can be inspected while another program uses it.
   */
  READ_ONLY,
  /** Reading and writing, after every check for another user of the device has passed. */
  READ_WRITE
}
