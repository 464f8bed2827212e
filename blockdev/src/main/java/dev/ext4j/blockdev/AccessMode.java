package dev.ext4j.blockdev;

/** What a device is opened for. */
public enum AccessMode {
  /** Reading; takes no lock, so that an image in use can be looked at. */
  READ_ONLY,
  /** Reading and writing, after every guard against another user of the device has passed. */
  READ_WRITE
}
