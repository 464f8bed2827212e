package dev.ext4j.fs.error;

import java.io.IOException;

/**
 * A long operation failed after a part of it had been made durable. The file system is sound; the
 * cause says why it stopped.
 */
public final class PartialOperationException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /**
   * An operation done in part.
   *
   * @param done what has been done, as a clause
   */
  public PartialOperationException(String done, IOException cause) {
    super(cause.getMessage() + "; before that, " + done);
    initCause(cause);
    errno = cause instanceof Ext4Exception known ? known.errno() : Errno.EIO;
  }

  @Override
  public Errno errno() {
    return errno;
  }
}
