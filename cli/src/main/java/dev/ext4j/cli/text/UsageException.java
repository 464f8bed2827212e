package dev.ext4j.cli.text;

/** The command line is wrong: exit status 2, whatever the image holds. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A complaint that names the word at fault. */
  public UsageException(String message) {
    super(message);
  }
}
