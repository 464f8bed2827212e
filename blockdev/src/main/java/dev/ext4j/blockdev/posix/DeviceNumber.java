package dev.ext4j.blockdev.posix;

import java.util.Optional;

/**
 * A device's major and minor number. jnr's own {@code major} and {@code minor} shift as for 16-bit
 * numbers and are wrong on Linux (7:1 becomes 0:1793).
 */
record DeviceNumber(int major, int minor) {
  /** Of a dev_t as stat(2) gives it: new_encode_dev of include/linux/kdev_t.h. */
  static DeviceNumber of(long dev) {
    long minor = (dev & 0xff) | ((dev >> 12) & 0xfffff00);
    return new DeviceNumber((int) ((dev >> 8) & 0xfff), (int) minor);
  }

  /** The dev_t again. */
  long encoded() {
    return (minor & 0xff) | (long) major << 8 | (minor & 0xfffff00L) << 12;
  }

  /** Of "7:1", as sysfs and mountinfo write it. */
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
