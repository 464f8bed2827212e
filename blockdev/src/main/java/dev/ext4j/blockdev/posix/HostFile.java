package dev.ext4j.blockdev.posix;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * A file of this machine that is read from its beginning to its end, such as the content for a file
 * in an image. It may be a pipe. Its name may hold bytes that are not UTF-8, which {@link
 * java.nio.file.Path} cannot express.
 */
public final class HostFile implements ReadableByteChannel {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private final Descriptor descriptor;
  private final boolean regular;
  private final long size;
  private long position;
  private volatile boolean open = true;

  private HostFile(Descriptor descriptor, FileStatus status) {
    this.descriptor = descriptor;
    this.regular = status.kind() == FileStatus.Kind.REGULAR_FILE;
    this.size = regular ? status.byteCount() : 0;
  }

  /**
   * Opens a file for reading. A pipe blocks the caller until a writer opens it.
   *
   * @throws DeviceException with EISDIR for a directory, else with the errno of open(2)
   */
  @MustBeClosed
  public static HostFile open(String path) throws IOException {
    Descriptor descriptor = Descriptor.open(path, OpenFlag.O_RDONLY, 0);
    try {
      FileStatus status = descriptor.status();
      if (status.kind() == FileStatus.Kind.DIRECTORY) {
        throw Descriptor.failure(path, "read it", DeviceException.NO_OFFSET, Errno.EISDIR.number());
      }
      return new HostFile(descriptor, status);
    } catch (IOException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
  }

  /** Returns the size in bytes, 0 if the file is a pipe or a device. */
  public long size() {
    return size;
  }

  /** Reads as read(2) does: returns the number of bytes read, or -1 at the end. */
  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    int count = descriptor.read(regular ? position : -1, target);
    position += count;
    return count == 0 ? -1 : count;
  }

  /** Moves the position of the next read of a regular file. Other files have no position. */
  public void position(long byteOffset) {
    position = byteOffset;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /**
   * Returns the first byte at or after an offset that is not in a hole, {@link #size} if there is
   * none. A file system without holes has none.
   */
  public long nextData(long byteOffset) throws IOException {
    return regular ? seek(byteOffset, SEEK_DATA, byteOffset) : byteOffset;
  }

  /** Returns the first byte after an offset that is in a hole, {@link #size} if there is none. */
  public long nextHole(long byteOffset) throws IOException {
    return regular ? seek(byteOffset, SEEK_HOLE, size) : size;
  }

  private long seek(long byteOffset, int whence, long without) throws DeviceException {
    long found = descriptor.tryCall(fd -> Native.posix().libc().lseek(fd, byteOffset, whence));
    if (found == -Errno.ENXIO.number()) {
      return size;
    }
    return found < 0 ? without : Math.min(found, size);
  }

  @Override
  public void close() throws IOException {
    open = false;
    descriptor.close();
  }
}
