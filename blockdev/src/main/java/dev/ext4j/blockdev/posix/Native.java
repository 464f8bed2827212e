package dev.ext4j.blockdev.posix;

import jnr.ffi.LibraryLoader;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The two native libraries, each bound at its first use: what is not needed costs start-up time.
 */
final class Native {
  /** By its whole name, which nothing has to be searched for. */
  static final String C_LIBRARY = "libc.so.6";

  private Native() {}

  /** jnr-posix; never its Java emulation, which {@code getPOSIX} would fall back to in silence. */
  static POSIX posix() {
    return PosixHolder.INSTANCE;
  }

  static LinuxCalls linux() {
    return LinuxHolder.INSTANCE;
  }

  /**
   * The calling thread's error number. Only of meaning right after a call that returned -1: success
   * does not reset it.
   */
  static int errno() {
    return PosixHolder.INSTANCE.errno();
  }

  private static final class PosixHolder {
    static final POSIX INSTANCE =
        OnDemandPosix.isOfUse() ? new OnDemandPosix() : POSIXFactory.getNativePOSIX();
  }

  private static final class LinuxHolder {
    static final LinuxCalls INSTANCE = LibraryLoader.create(LinuxCalls.class).load(C_LIBRARY);
  }
}
