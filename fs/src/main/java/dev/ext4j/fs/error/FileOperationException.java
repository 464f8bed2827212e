package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/**
 * The failure of an operation that the kernel would refuse too. The file system itself is sound.
 */
public final class FileOperationException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /** Creates an exception with an error number and the reason. */
  public FileOperationException(Errno errno, String detail) {
    super(detail);
    this.errno = errno;
  }

  @Override
  public Errno errno() {
    return errno;
  }
}
