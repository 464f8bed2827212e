package dev.ext4j.blockdev.posix;

import java.nio.ByteBuffer;
import jnr.constants.platform.Confstr;
import jnr.constants.platform.Pathconf;
import jnr.constants.platform.Sysconf;
import jnr.ffi.LibraryLoader;
import jnr.posix.BaseNativePOSIX;
import jnr.posix.Crypt;
import jnr.posix.FileStat;
import jnr.posix.LibC;
import jnr.posix.LibCProvider;
import jnr.posix.LinuxLibC;
import jnr.posix.MsgHdr;
import jnr.posix.SocketMacros;
import jnr.posix.Times;
import jnr.posix.util.DefaultPOSIXHandler;
import org.jspecify.annotations.Nullable;

/**
 * A jnr-posix that binds each function at its first call. The object of {@link
 * jnr.posix.POSIXFactory} binds all of its 150 functions and libcrypt at once, which takes longer
 * than most short runs.
 *
 * <p>This class is used only if {@code jnr.ffi.asm.enabled} is false, because generated code binds
 * all functions in any case. The methods that this class overrides throw an exception with the name
 * of the structure or function. Nothing in this project calls them.
 */
final class OnDemandPosix extends BaseNativePOSIX {
  OnDemandPosix() {
    super(new LinuxFunctions(), new DefaultPOSIXHandler());
  }

  /** Returns whether jnr calls functions one by one, without generated code for all of them. */
  static boolean isOfUse() {
    return !Boolean.parseBoolean(System.getProperty("jnr.ffi.asm.enabled", "true"));
  }

  private static final class LinuxFunctions implements LibCProvider {
    private final LibC libc = LibraryLoader.create(LinuxLibC.class).load(Native.C_LIBRARY);

    @Override
    public LibC getLibC() {
      return libc;
    }

    @Override
    public @Nullable Crypt getCrypt() {
      return null;
    }
  }

  private static UnsupportedOperationException notBound(String what) {
    return new UnsupportedOperationException(what + " is not bound");
  }

  @Override
  public FileStat allocateStat() {
    throw notBound("struct stat");
  }

  @Override
  public MsgHdr allocateMsgHdr() {
    throw notBound("struct msghdr");
  }

  @Override
  public SocketMacros socketMacros() {
    throw notBound("CMSG_DATA");
  }

  @Override
  public Times times() {
    throw notBound("times");
  }

  @Override
  public long sysconf(Sysconf name) {
    throw notBound("sysconf");
  }

  @Override
  public int confstr(Confstr name, ByteBuffer buffer, int length) {
    throw notBound("confstr");
  }

  @Override
  public int fpathconf(int fd, Pathconf name) {
    throw notBound("fpathconf");
  }
}
