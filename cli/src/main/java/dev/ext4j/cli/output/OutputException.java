package dev.ext4j.cli.output;

import java.io.IOException;

/** The exception for a failed write to an {@link Output}. */
public final class OutputException extends IOException {
  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /** Returns whether the reader has closed the pipe. No message is needed then. */
  public boolean isClosedPipe() {
    String reason = getMessage();
    return reason != null && reason.contains("Broken pipe");
  }
}
