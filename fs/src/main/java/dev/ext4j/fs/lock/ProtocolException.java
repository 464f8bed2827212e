package dev.ext4j.fs.lock;

/**
 * A violation of a rule for locks or mappings that was about to happen (docs/PROTOCOL.md). It is a
 * bug in this library that was found before it could do harm. The operation ends as after any other
 * failure.
 */
public final class ProtocolException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Creates the exception with a message that names the rule. */
  public ProtocolException(String message) {
    super(message);
  }
}
