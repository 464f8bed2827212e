package dev.ext4j.blockdev.posix;

import jnr.ffi.LibraryLoader;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The two bindings to the C library: jnr-posix, and {@link LinuxCalls} for the functions that
 * jnr-posix lacks. Each is created at its first use, because binding takes start-up time.
 */
final class Native {
  /** The full name of the C library, so that jnr need not search for it. */
  static final String C_LIBRARY = "libc.so.6";

  private Native() {}

  /**
   * Returns jnr-posix with the native library. {@code getPOSIX} is not used, because it would
   * return an emulation in Java without notice if the native library is missing.
   */
  static POSIX posix() {
    return PosixHolder.INSTANCE;
  }

  static LinuxCalls linux() {
    return LinuxHolder.INSTANCE;
  }

  /**
   * Returns the error number of the calling thread. It is meaningful only directly after a call
   * that returned -1, because a successful call does not reset it.
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
