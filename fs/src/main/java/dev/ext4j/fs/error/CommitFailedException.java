package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;
import java.io.IOException;

/**
 * A failure of the device while changes were written. The cause is the exception of the device. The
 * {@link #outcome()} is the state in which the failure left the image.
 */
public final class CommitFailedException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /** The possible states of the image after the failure. */
  public enum Outcome {
    /** The writes were undone, so the image is in the state before the changes. */
    AS_BEFORE,
    /** The writes could not be undone. The image needs {@code e2fsck -fy}, which loses nothing. */
    NEEDS_CHECK,
    /**
     * It is unknown whether the journal holds the changes. After a replay, the image is either in
     * the state before the changes or in the state after them.
     */
    IN_DOUBT,
    /**
     * The journal holds the changes, which are not in their home blocks yet. A replay writes them
     * to their home blocks.
     */
    IN_JOURNAL
  }

  private final Outcome outcome;

  /** Creates an exception for a failed commit, with the exception of the device as its cause. */
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

  /** Returns the state in which the failure left the image. */
  public Outcome outcome() {
    return outcome;
  }

  @Override
  public Errno errno() {
    return Errno.EIO;
  }
}
