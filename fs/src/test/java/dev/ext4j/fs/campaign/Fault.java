package dev.ext4j.fs.campaign;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What no image may bring about. */
final class Fault extends AssertionError {
  private static final long serialVersionUID = 1L;

  private static final int FRAMES = 3;

  private final String sort;

  /** A rule that was broken; {@code sort} tells faults of one cause from others. */
  Fault(String sort, String message) {
    super(message);
    this.sort = sort;
  }

  /** A failure that has no type for it, of a call. */
  Fault(String message, Throwable cause) {
    super(message, cause);
    sort = cause.getClass().getName() + " " + innermost(cause);
  }

  private static String innermost(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("dev.ext4j."))
        .limit(FRAMES)
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .collect(Collectors.joining(" < "));
  }

  /** Equal for faults that have one cause, as far as can be told. */
  String sort() {
    return sort;
  }
}
