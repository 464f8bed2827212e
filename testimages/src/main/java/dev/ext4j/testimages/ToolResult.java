package dev.ext4j.testimages;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The result of a program's run: its exit status and its complete output. */
public final class ToolResult {
  private static final int MESSAGE_LIMIT = 2000;

  private final List<String> command;
  private final int exitCode;
  private final byte[] stdout;
  private final byte[] stderr;
  private final Duration elapsed;

  ToolResult(List<String> command, int exitCode, byte[] stdout, byte[] stderr, Duration elapsed) {
    this.command = List.copyOf(command);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
    this.elapsed = elapsed;
  }

  /** Returns the program and its arguments. */
  public List<String> command() {
    return command;
  }

  /** Returns the exit status, which is 128 + n if signal n ended the program. */
  public int exitCode() {
    return exitCode;
  }

  /** Returns standard output as bytes. */
  public byte[] stdoutBytes() {
    return stdout.clone();
  }

  /** Returns standard output as UTF-8 text. Bytes that are not UTF-8 become U+FFFD. */
  public String stdout() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** Returns standard error as UTF-8 text. */
  public String stderr() {
    return new String(stderr, StandardCharsets.UTF_8);
  }

  /** Returns the lines of standard output. */
  public List<String> lines() {
    return stdout().lines().toList();
  }

  /** Returns the wall time, including the start of the process. */
  public Duration elapsed() {
    return elapsed;
  }

  /**
   * Returns this result if the exit status is 0 or one of {@code accepted}.
   *
   * @throws ToolException if it is not
   */
  @CanIgnoreReturnValue
  public ToolResult orFail(int... accepted) throws ToolException {
    if (exitCode != 0 && Arrays.stream(accepted).noneMatch(code -> code == exitCode)) {
      throw new ToolException(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    String said = (stderr() + stdout()).strip();
    String shown = said.length() > MESSAGE_LIMIT ? said.substring(0, MESSAGE_LIMIT) + "..." : said;
    return String.join(" ", command) + ": exit " + exitCode + (shown.isEmpty() ? "" : ": " + shown);
  }
}
