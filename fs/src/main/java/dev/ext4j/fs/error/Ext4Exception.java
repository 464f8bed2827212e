package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;
import java.io.IOException;

/** A failure of the file system, as opposed to a failure of the device. */
public abstract sealed class Ext4Exception extends IOException
    permits CommitFailedException,
        CorruptionException,
        FileOperationException,
        MemoryExceededException,
        NeedsRecoveryException,
        PartialOperationException,
        UnsupportedFeatureException {
  private static final long serialVersionUID = 1L;

  Ext4Exception(String message) {
    super(message);
  }

  /** Returns the error number that a system call would fail with. */
  public abstract Errno errno();
}
