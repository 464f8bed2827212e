package dev.ext4j.cli.text;

/**
 * The exception for a wrong command line. It means exit status 2, or 16 in the command {@code
 * fsck}, whatever the image holds.
 */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates the exception. The message names the word at fault. */
  public UsageException(String message) {
    super(message);
  }
}
