package dev.ext4j.fs;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mount.JournalListing;
import dev.ext4j.fs.mount.JournalReport;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.SuperblockReport;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An open ext2, ext3 or ext4 file system, to be used by any number of threads at once. */
public final class Ext4FileSystem implements Closeable {
  private final Mount mount;

  @MustBeClosed
  private Ext4FileSystem(Mount mount) {
    this.mount = mount;
  }

  /**
   * Opens the file system on a device. The device stays the caller's to close, after this.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if there is none, or none that can be trusted
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException if it has a feature not known here
   * @throws dev.ext4j.fs.error.NeedsRecoveryException if its journal is on a device not given
   */
  @MustBeClosed
  public static Ext4FileSystem open(BlockDevice device, OpenOptions options) throws IOException {
    return new Ext4FileSystem(new Mount(device, options));
  }

  /** What the superblock says. */
  public FileSystemInfo info() {
    return SuperblockReport.of(mount);
  }

  /**
   * What was done when the file system was opened for writing: a replay of the journal, orphans
   * processed. Empty for one that is open for reading, where nothing is done for good.
   */
  public Optional<RecoveryReport> recovery() {
    return Optional.ofNullable(mount.recovery());
  }

  /**
   * What a careful user should know of this image, for example that its journal was replayed in
   * memory.
   */
  public List<String> warnings() {
    return mount.warnings();
  }

  /**
   * Finds a file. Symbolic links on the way to the last name are followed; the last name is not.
   *
   * @throws dev.ext4j.fs.error.FileOperationException ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG
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
   * Where the journal is, what it says, and what a replay would do.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if it is there but cannot be what it claims
   */
  public JournalInfo journalInfo() throws IOException {
    return JournalReport.of(mount);
  }

  /**
   * Shows all that is in the journal; nothing where there is none.
   *
   * @throws dev.ext4j.fs.error.CorruptionException if it is there but cannot be what it claims
   * @throws dev.ext4j.fs.error.NeedsRecoveryException if it is on another device, which was not
   *     given
   */
  public void visitJournal(JournalVisitor visitor) throws IOException {
    JournalListing.visit(mount, OptionalLong.empty(), visitor);
  }

  /**
   * As {@link #visitJournal(JournalVisitor)}, but shows only the blocks and records that concern
   * one inode: its place in the inode table, its tree, its attributes, its content if that is
   * journalled, and its names; which inode it was that used a block is told by the state after the
   * replay.
   *
   * @throws dev.ext4j.fs.error.FileOperationException ENOENT if there can be no such inode
   */
  public void visitJournal(long inodeNumber, JournalVisitor visitor) throws IOException {
    if (inodeNumber < 1 || inodeNumber > mount.geometry().inodeCount()) {
      throw new FileOperationException(
          Errno.ENOENT,
          "inode "
              + inodeNumber
              + " does not exist: the last one is "
              + mount.geometry().inodeCount());
    }
    JournalListing.visit(mount, OptionalLong.of(inodeNumber), visitor);
  }

  /** Several operations of one thread. */
  @FunctionalInterface
  public interface Operations {
    /** Carries them out. */
    void run() throws IOException;
  }

  /**
   * Makes one change of several operations: they become durable together when this returns. If one
   * fails, or they do not fit in one transaction of the journal, nothing has been written. Other
   * threads that change something wait meanwhile.
   *
   * @throws dev.ext4j.fs.error.UnsupportedFeatureException without a journal
   * @throws dev.ext4j.fs.error.FileOperationException ENOSPC if they do not fit
   */
  public void atomically(Operations operations) throws IOException {
    mount.atomically(operations::run);
  }

  /** Makes all changes so far durable. */
  public void sync() throws IOException {
    mount.sync();
  }

  /** Makes all changes durable and leaves the image as a clean unmount would. */
  @Override
  public void close() throws IOException {
    mount.close();
  }
}
