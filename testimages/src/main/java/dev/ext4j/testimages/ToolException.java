package dev.ext4j.testimages;

import java.io.IOException;

/**
 * A program that is missing, ran out of time, or ended with a status that the caller did not
 * expect.
 */
public final class ToolException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure in words. */
  public ToolException(String message) {
    super(message);
  }
}
