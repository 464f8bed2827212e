package dev.ext4j.fs.lock;

/**
 * A rule of the locking protocol was about to be broken: a bug in this library, found before it
 * could do harm. What was under way ends as after any other failure.
 */
public final class ProtocolException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Says which rule. */
  public ProtocolException(String message) {
    super(message);
  }
}
