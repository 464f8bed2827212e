package dev.ext4j.cli.output;

import java.io.IOException;

/** Standard output does not take what is written to it. */
public final class OutputException extends IOException {
  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /** Whether the reader of a pipe went away, which is no news to whoever sent it away. */
  public boolean isClosedPipe() {
    String reason = getMessage();
    return reason != null && reason.contains("Broken pipe");
  }
}
