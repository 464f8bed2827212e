package dev.ext4j.fs.model;

/**
 * The number of the device that a device node represents.
 *
 * @param major the number of the driver; it has 12 bits in the wide encoding
 * @param minor the number of the device within the driver; it has 20 bits in the wide encoding
 */
public record DeviceNumber(long major, long minor) {
  /** The value for files that are not device nodes. */
  public static final DeviceNumber NONE = new DeviceNumber(0, 0);
}
