package dev.ext4j.fs.error;

/** An operation on a file that the kernel would refuse, too: the file system itself is sound. */
public final class FileOperationException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  /** An operation that fails with {@code errno}, for the reason {@code detail}. */
  public FileOperationException(Errno errno, String detail) {
    super(detail);
    this.errno = errno;
  }

  @Override
  public Errno errno() {
    return errno;
  }
}
