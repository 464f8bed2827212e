package dev.ext4j.fs;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.fs.model.RecoveryReport;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.ImageReports;
import dev.ext4j.fs.report.SuperblockReport;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** An open ext2, ext3 or ext4 file system. Any number of threads may use it at once. */
public final class Ext4FileSystem implements Closeable {
  private final Mount mount;

  @MustBeClosed
  private Ext4FileSystem(Mount mount) {
    this.mount = mount;
  }

  /**
   * Opens the file system on a device. The caller closes the device, after it has closed the file
   * system.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if the device holds no ext2, ext3 or ext4 file
   *     system, or one whose superblock is damaged; when opening for writing, also if the journal
   *     is damaged
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException if the file system has a feature that
   *     this library does not support
   * @throws dev.ext4j.fs.error.NeedsRecoveryException when opening for writing, if the journal is
   *     on another device, which was not given
   * @throws dev.ext4j.fs.error.FileOperationException when opening for writing, with EROFS if the
   *     device is read-only, with EINVAL for a backup superblock
   */
  @MustBeClosed
  public static Ext4FileSystem open(BlockDevice device, OpenOptions options) throws IOException {
    return new Ext4FileSystem(new Mount(device, options.forMount()));
  }

  /** Returns the fields of the superblock. */
  public FileSystemInfo info() {
    return SuperblockReport.of(mount);
  }

  /**
   * Returns what was done when the file system was opened for writing: the replay of the journal,
   * and the orphans processed. Empty if it is open for reading, because a recovery is not written
   * to the device then.
   */
  public Optional<RecoveryReport> recovery() {
    return Optional.ofNullable(mount.recovery());
  }

  /**
   * Returns facts about this image that the user should know, for example that its journal was
   * replayed in memory.
   */
  public List<String> warnings() {
    return mount.warnings();
  }

  /**
   * Finds a file. Symbolic links in the middle of a path are followed. If the last name of the path
   * is a symbolic link, the link itself is returned.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG
   */
  public Ext4File file(FileAddress address) throws IOException {
    Inode inode;
    if (address instanceof FileAddress.Inode byNumber) {
      inode = mount.inodes().get(byNumber.number());
    } else if (address instanceof FileAddress.Path path) {
      inode = mount.paths().resolve(path.bytes());
    } else {
      throw new AssertionError(address);
    }
    return new Ext4File(mount, inode);
  }

  /** Returns what can be seen of the image beside its files: its journal. */
  public Inspection inspect() {
    return new ImageReports(mount);
  }

  /** Several operations of one thread. */
  @FunctionalInterface
  public interface Operations {
    /** Carries out the operations. */
    void run() throws IOException;
  }

  /**
   * Makes several operations one change: they become durable together when this method returns. If
   * one of them fails, or they do not fit in one transaction of the journal, none of them is
   * written. Other threads that change something wait meanwhile.
   *
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException if the file system has no journal
   * @throws dev.ext4j.fs.error.FileOperationException with ENOSPC if the operations do not fit
   */
  public void atomically(Operations operations) throws IOException {
    mount.atomically(operations::run);
  }

  /** Makes all changes so far durable. */
  public void sync() throws IOException {
    mount.sync();
  }

  /** Makes all changes durable and leaves the image as after a clean unmount. */
  @Override
  public void close() throws IOException {
    mount.close();
  }
}
