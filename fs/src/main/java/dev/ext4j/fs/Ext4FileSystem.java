package dev.ext4j.fs;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.dir.PathResolver;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.fs.model.RecoveryReport;
import dev.ext4j.fs.model.Space;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.ImageReports;
import dev.ext4j.fs.report.SuperblockSnapshot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An open ext2, ext3 or ext4 file system. Any number of threads may use it at once. */
public final class Ext4FileSystem implements Closeable {
  private final Mount mount;
  private final @Nullable BlockDevice owned;

  @MustBeClosed
  private Ext4FileSystem(Mount mount, @Nullable BlockDevice owned) {
    this.mount = mount;
    this.owned = owned;
  }

  /**
   * Opens the file system on a device. The caller closes the device after it has closed the file
   * system.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if the device holds no ext2, ext3 or ext4 file
   *     system, or if the superblock is damaged; when opening for writing, also if the journal is
   *     damaged
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException if the file system has a feature that
   *     this library does not support
   * @throws dev.ext4j.fs.error.NeedsRecoveryException when opening for writing, if the journal is
   *     on another device that the options do not name
   * @throws dev.ext4j.fs.error.FileOperationException when opening for writing, with EROFS if the
   *     device is read-only; with EINVAL if the options name a backup superblock
   */
  @MustBeClosed
  public static Ext4FileSystem open(BlockDevice device, OpenOptions options) throws IOException {
    return new Ext4FileSystem(new Mount(device, options.forMount()), null);
  }

  /**
   * Opens the file system in an image file or on a block device of this machine. {@link #close}
   * also closes the file or device. For a partition in an image, use {@link
   * dev.ext4j.blockdev.open.Devices} and {@link #open(BlockDevice, OpenOptions)}.
   *
   * @throws dev.ext4j.blockdev.DeviceException if the file or device cannot be opened
   * @throws dev.ext4j.blockdev.DeviceBusyException if the file or device is in use, for example
   *     because it is mounted
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closed with the file system
  public static Ext4FileSystem open(Path image, OpenOptions options) throws IOException {
    AccessMode mode = options.writable() ? AccessMode.READ_WRITE : AccessMode.READ_ONLY;
    BlockDevice device = Devices.open(DeviceAddress.of(image.toString()), mode, new Ext4Probe());
    try {
      return new Ext4FileSystem(new Mount(device, options.forMount()), device);
    } catch (IOException | RuntimeException e) {
      try {
        device.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** Returns the fields of the superblock. */
  public FileSystemInfo info() {
    return SuperblockSnapshot.of(mount);
  }

  /**
   * Returns a report on the recovery when the file system was opened for writing: the replay of the
   * journal, and the orphans processed. The result is empty if the file system is open for reading,
   * because a recovery for reading is not written to the device.
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

  /**
   * Finds a file by its path in UTF-8. Symbolic links in the middle of the path are followed,
   * inside the image.
   *
   * @throws dev.ext4j.fs.error.FileOperationException as {@link #file(FileAddress)}
   */
  public Ext4File file(String path) throws IOException {
    return file(FileAddress.path(path));
  }

  /**
   * Returns the location of the last name of a path: the inode number of the directory, and the
   * name. The name need not exist. If the name is a symbolic link, the link is not followed.
   *
   * @throws dev.ext4j.fs.error.FileOperationException with ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG for
   *     the directories above the name; with EINVAL if the path has no name, or ends in {@code .}
   *     or {@code ..}
   */
  public Place place(FileAddress.Path path) throws IOException {
    PathResolver.Parent parent = mount.paths().parent(path.bytes());
    return new Place(parent.directory().inodeNumber(), parent.name());
  }

  /** Returns an object that gives access to the files by inode number and raw name. */
  public Inodes inodes() {
    return new Inodes(mount);
  }

  /**
   * Returns the total and free space, like statfs(2). The call is cheap. Space that is reserved for
   * content in memory is counted as used.
   */
  public Space space() {
    return SuperblockSnapshot.space(mount);
  }

  /**
   * Returns the inspection data of the image: its structures, its journal, and the locks that
   * threads hold.
   */
  public Inspection inspect() {
    return new ImageReports(mount);
  }

  /** A function that calls several operations, all in one thread. */
  @FunctionalInterface
  public interface Operations {
    /** Carries out the operations. */
    void run() throws IOException;
  }

  /**
   * Runs several operations as one change. When this method returns, all of them are durable. If
   * one of the operations fails, or if they do not fit in one transaction of the journal, none of
   * them is written. Other threads that change something wait until this method returns. The
   * calling thread holds a lock of this file system during the operations, so it cannot use another
   * file system in them.
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
    try (BlockDevice device = owned) {
      mount.close();
    }
  }
}
