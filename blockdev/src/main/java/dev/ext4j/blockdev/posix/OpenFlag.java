package dev.ext4j.blockdev.posix;

/**
 * The flags of open(2), from include/uapi/asm-generic/fcntl.h. The value of O_DIRECT is from the
 * headers of each architecture.
 */
final class OpenFlag {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;

  private OpenFlag() {}

  /**
   * Returns O_DIRECT for the machine on which the JVM runs. It is the only flag here that differs
   * between architectures.
   */
  static int direct() {
    String architecture = System.getProperty("os.arch", "");
    return switch (architecture) {
      case "aarch64", "arm" -> 0x10000;
      case "ppc64", "ppc64le" -> 0x20000;
      default -> 0x4000;
    };
  }
}
