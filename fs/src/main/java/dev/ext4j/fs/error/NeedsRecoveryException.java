package dev.ext4j.fs.error;

/** A write was asked for while the journal holds transactions that must be replayed first. */
public final class NeedsRecoveryException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** A refusal with its reason and the way out. */
  public NeedsRecoveryException(String message) {
    super(message);
  }

  @Override
  public Errno errno() {
    return Errno.EBUSY;
  }
}
