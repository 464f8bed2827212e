package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/** The refusal of an operation that needs more memory than the JVM may use. Nothing was changed. */
public final class MemoryExceededException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception for an operation that was refused.
   *
   * @param what the operation that is refused, and the remedy
   */
  public MemoryExceededException(String what) {
    super(what);
  }

  @Override
  public Errno errno() {
    return Errno.ENOMEM;
  }
}
