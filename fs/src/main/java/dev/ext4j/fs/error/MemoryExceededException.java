package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/** The refusal of an operation that needs more memory than the JVM may use. Nothing was changed. */
public final class MemoryExceededException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates a refusal.
   *
   * @param what what cannot be done, and what would help
   */
  public MemoryExceededException(String what) {
    super(what);
  }

  @Override
  public Errno errno() {
    return Errno.ENOMEM;
  }
}
