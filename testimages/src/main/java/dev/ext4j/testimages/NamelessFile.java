package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * An open file on a kernel mount without a name ({@code O_TMPFILE}). The file disappears if it is
 * closed before {@link #link} gave it a name.
 */
public final class NamelessFile implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_TMPFILE = 020000000 | 0200000; // with O_DIRECTORY, as on x86
  private static final POSIX POSIX_CALLS = POSIXFactory.getNativePOSIX();

  private final int descriptor;

  private NamelessFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Creates a file in the file system of a folder. */
  public static NamelessFile in(Path folder) throws IOException {
    int descriptor = POSIX_CALLS.open(folder.toString(), O_RDWR | O_TMPFILE, 0600);
    if (descriptor < 0) {
      throw KernelRefusal.of("O_TMPFILE", folder, "error " + POSIX_CALLS.errno());
    }
    return new NamelessFile(descriptor);
  }

  /** Returns a path to the file for this process, whether or not it has a name. */
  public Path path() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }

  /** Gives the file a name. */
  public void link(Path name) throws IOException {
    ExternalTool.named("ln").run("-L", path().toString(), name.toString()).orFail();
  }

  @Override
  public void close() {
    POSIX_CALLS.close(descriptor);
  }
}
