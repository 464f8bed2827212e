package dev.ext4j.fs.model;

/**
 * The number of a device that a device node stands for.
 *
 * @param major the driver, 12 bits in the wide encoding
 * @param minor the device of the driver, 20 bits in the wide encoding
 */
public record DeviceNumber(long major, long minor) {
  /** The number of files that are no device nodes. */
  public static final DeviceNumber NONE = new DeviceNumber(0, 0);
}
