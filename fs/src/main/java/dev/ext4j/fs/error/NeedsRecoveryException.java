package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/**
 * The failure of an operation because the journal is on another device, which the caller did not
 * name.
 */
public final class NeedsRecoveryException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception whose message contains the reason and the remedy. */
  public NeedsRecoveryException(String message) {
    super(message);
  }

  @Override
  public Errno errno() {
    return Errno.EBUSY;
  }
}
