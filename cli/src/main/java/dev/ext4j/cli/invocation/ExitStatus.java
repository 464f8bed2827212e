package dev.ext4j.cli.invocation;

import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.open.AmbiguousPartitionException;
import dev.ext4j.cli.output.OutputException;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.error.UnsupportedFeatureException;

/** The exit status of a command. */
public final class ExitStatus {
  /** The command has done its work. */
  public static final int OK = 0;

  /** The operation failed, for example with ENOENT, ENOSPC or EIO, or because of a bug. */
  public static final int FAILED = 1;

  /** The command line is wrong or ambiguous. */
  public static final int USAGE = 2;

  /** The image is corrupt. */
  public static final int CORRUPT = 3;

  /** The image uses a feature that is not supported. */
  public static final int UNSUPPORTED = 4;

  /** The image is busy or locked, or its journal must be replayed first. */
  public static final int BUSY = 5;

  /** The reader of standard output has closed the pipe: 128 and the number of SIGPIPE. */
  public static final int BROKEN_PIPE = 141;

  private ExitStatus() {}

  /** Returns the status of a command that ended with a failure. It is never {@link #OK}. */
  public static int of(Throwable failure) {
    if (failure instanceof UsageException || failure instanceof AmbiguousPartitionException) {
      return USAGE;
    }
    if (failure instanceof OutputException output && output.isClosedPipe()) {
      return BROKEN_PIPE;
    }
    if (failure instanceof CorruptionException) {
      return CORRUPT;
    }
    if (failure instanceof UnsupportedFeatureException) {
      return UNSUPPORTED;
    }
    if (failure instanceof NeedsRecoveryException || failure instanceof DeviceBusyException) {
      return BUSY;
    }
    return FAILED;
  }
}
