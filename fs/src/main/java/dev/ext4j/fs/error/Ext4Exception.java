package dev.ext4j.fs.error;

import java.io.IOException;

/** A failure that has to do with the file system rather than with the device below it. */
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

  /** The error number that a system call would have failed with. */
  public abstract Errno errno();
}
