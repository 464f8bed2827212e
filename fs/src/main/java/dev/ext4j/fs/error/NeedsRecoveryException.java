package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/** The failure of an operation that needs the journal, which is on a device that was not given. */
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
