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
    NEEDS_CHECK,
    /**
     * The journal may hold the changes or not: the image is as before or as after, once replayed.
     */
    IN_DOUBT,
    /** The journal holds the changes, which have not reached their places: a replay brings them. */
    IN_JOURNAL
  }

  private final Outcome outcome;

  /** A failed commit, with the device's failure. */
  public CommitFailedException(Outcome outcome, IOException cause) {
    super(cause.getMessage() + consequence(outcome));
    this.outcome = outcome;
    initCause(cause);
  }

  private static String consequence(Outcome outcome) {
    return switch (outcome) {
      case AS_BEFORE -> "; what was written has been taken back: the image is as before";
      case NEEDS_CHECK -> "; taking back what was written failed, too: the image needs e2fsck -fy";
      case IN_DOUBT ->
          "; once its journal is replayed, the image is as before or as after, nothing between";
      case IN_JOURNAL ->
          "; the changes are safe in the journal and take effect when it is replayed, by the next"
              + " writer or mount";
    };
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
