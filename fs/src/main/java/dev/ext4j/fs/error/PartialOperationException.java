package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;
import java.io.IOException;

/**
 * The failure of a long operation after a part of it was made durable. The file system is sound.
 * The cause is the reason why the operation stopped.
 */
public final class PartialOperationException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /**
   * Creates an exception for an operation that was partially completed.
   *
   * @param done the completed part, as a clause for the message
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
