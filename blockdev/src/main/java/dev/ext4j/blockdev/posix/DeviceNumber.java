package dev.ext4j.blockdev.posix;

import java.util.Optional;

/**
 * The major and minor number of a device. The methods {@code major} and {@code minor} of jnr assume
 * 16-bit numbers and are wrong on Linux (7:1 becomes 0:1793).
 */
record DeviceNumber(int major, int minor) {
  /**
   * Returns the number of a dev_t from stat(2), as new_encode_dev of include/linux/kdev_t.h encodes
   * it.
   */
  static DeviceNumber of(long dev) {
    long minor = (dev & 0xff) | ((dev >> 12) & 0xfffff00);
    return new DeviceNumber((int) ((dev >> 8) & 0xfff), (int) minor);
  }

  /** Returns the number as a dev_t. */
  long encoded() {
    return (minor & 0xff) | (long) major << 8 | (minor & 0xfffff00L) << 12;
  }

  /** Parses a number such as "7:1", as sysfs and mountinfo write it. */
  static Optional<DeviceNumber> parse(String text) {
    int colon = text.indexOf(':');
    try {
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new DeviceNumber(
                  Integer.parseInt(text.substring(0, colon)),
                  Integer.parseInt(text.substring(colon + 1).strip())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
