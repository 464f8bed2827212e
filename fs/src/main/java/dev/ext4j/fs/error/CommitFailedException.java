package dev.ext4j.fs.error;

import java.io.IOException;

/**
 * The device failed while changes were written. The failure is the cause; this says what has become
 * of the image.
 */
public final class CommitFailedException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** What has become of the image. */
  public enum Outcome {
    /** What had been written was taken back: the image is as before the changes. */
    AS_BEFORE,
    /** Taking back failed, too: the image needs {@code e2fsck -fy}, which loses nothing. */
    NEEDS_CHECK
  }

  private final Outcome outcome;

  /** A failed commit, with the device's failure. */
  public CommitFailedException(Outcome outcome, IOException cause) {
    super(
        cause.getMessage()
            + (outcome == Outcome.AS_BEFORE
                ? "; what was written has been taken back: the image is as before"
                : "; taking back what was written failed, too: the image needs e2fsck -fy"));
    this.outcome = outcome;
    initCause(cause);
  }

  /** What has become of the image. */
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public Errno errno() {
    return Errno.EIO;
  }
}
