package dev.ext4j.fs.lock;

/**
 * A violation of the locking protocol that was about to happen: a bug in this library, found before
 * it could do harm. The operation ends as after any other failure.
 */
public final class ProtocolException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Creates the exception with a message that names the rule. */
  public ProtocolException(String message) {
    super(message);
  }
}
