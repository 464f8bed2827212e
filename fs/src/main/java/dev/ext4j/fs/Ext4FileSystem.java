package dev.ext4j.fs;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** An open ext2, ext3 or ext4 file system. */
@SuppressWarnings("DoNotCallSuggester") // replaced as soon as the engine stands
public final class Ext4FileSystem implements Closeable {
  @MustBeClosed
  private Ext4FileSystem() {}

  /**
   * Opens the file system on a device. The device stays the caller's to close, after this.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if there is none, or none that can be trusted
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException if it has a feature not known here
   * @throws dev.ext4j.fs.error.NeedsRecoveryException if it is to be written with a dirty journal
   */
  @MustBeClosed
  public static Ext4FileSystem open(BlockDevice device, OpenOptions options) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What the superblock says. */
  public FileSystemInfo info() {
    throw new UnsupportedOperationException();
  }

  /**
   * What a careful user should know of this image, for example that its journal is not replayed.
   */
  public List<String> warnings() {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds a file. Symbolic links on the way to the last name are followed; the last name is not.
   *
   * @throws dev.ext4j.fs.error.FileOperationException ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG
   */
  public Ext4File file(FileAddress address) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes all changes so far durable. */
  public void sync() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Makes all changes durable and leaves the image as a clean unmount would. */
  @Override
  public void close() throws IOException {}
}
