package dev.ext4j.fs.campaign;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A broken rule: something that no image may cause. */
final class Fault extends AssertionError {
  private static final long serialVersionUID = 1L;

  private static final int FRAMES = 3;

  private final String sort;

  /** Makes a fault for a broken rule. The string {@code sort} is equal for faults of one cause. */
  Fault(String sort, String message) {
    super(message);
    this.sort = sort;
  }

  /** Makes a fault for a call that failed with an exception of an undocumented type. */
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

  /** Returns a string that is equal for faults of one cause, as far as the trace shows. */
  String sort() {
    return sort;
  }
}
