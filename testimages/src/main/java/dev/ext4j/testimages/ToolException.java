package dev.ext4j.testimages;

import java.io.IOException;

/**
 * The exception for a program that is missing, timed out, or ended with an exit status that the
 * caller did not expect.
 */
public final class ToolException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with the complete message. */
  public ToolException(String message) {
    super(message);
  }
}
