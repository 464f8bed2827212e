package dev.ext4j.fs;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.file.CollapseRange;
import dev.ext4j.fs.file.ExchangeRange;
import dev.ext4j.fs.file.Fallocate;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.InsertRange;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.file.Truncate;
import dev.ext4j.fs.file.ZeroRange;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.inspect.FileInspection;
import dev.ext4j.fs.model.FileId;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.page.WriteFailures;
import dev.ext4j.fs.report.FileReports;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One file of an open file system, of any type. Its methods work on the content, and {@link Inodes}
 * gives access to names and attributes. An instance is obtained from {@link Ext4FileSystem#file} or
 * {@link Inodes#file}.
 *
 * <p>Any number of threads may use an instance at once. Each method takes the locks that it needs.
 *
 * <p>A method that changes the file or makes it durable throws {@link FileOperationException}. The
 * error is EROFS if the file system is open for reading only, and EBADF if it has been closed. A
 * change of a deleted file fails with ENOENT. After a truncation has partially failed, every change
 * except another truncation fails with EIO. A change of an encrypted file throws {@link
 * dev.ext4j.fs.error.UnsupportedFeatureException}.
 */
public final class Ext4File {
  private final Mount mount;
  private final long inodeNumber;
  private final WriteFailures.Listener failures;

  Ext4File(Mount mount, Inode inode) {
    this.mount = mount;
    this.inodeNumber = inode.inodeNumber();
    this.failures = mount.volume().pages().failures().of(inode.inodeNumber());
  }

  /**
   * Returns the inode. The inode stays in memory while it is used. If it was dropped from memory,
   * it is read again.
   */
  private Inode inode() throws IOException {
    return mount.inodes().get(inodeNumber);
  }

  /** Returns the inode number and the generation. */
  public FileId id() throws IOException {
    return new FileId(inodeNumber, inode().fields().generation());
  }

  /**
   * Returns the metadata of the file, as stat(2) does. Changes that exist only in memory are
   * included.
   */
  public FileStat stat() throws IOException {
    return new Inodes(mount).stat(inodeNumber);
  }

  /**
   * Reads content starting at a byte offset, like pread(2). Holes and unwritten blocks read as
   * zeros.
   *
   * @param byteOffset offset of the first byte to read, at least 0
   * @param target receives the bytes from its position up to its limit
   * @return the number of bytes transferred, at least 1 unless the buffer has no room; -1 at or
   *     beyond the end of the file
   * @throws FileOperationException with EISDIR for a directory; with EINVAL for any other file that
   *     is not regular, or if the offset is negative
   */
  public int read(long byteOffset, ByteBuffer target) throws IOException {
    requireReadable(byteOffset);
    return content().read(byteOffset, target);
  }

  private void requireReadable(long byteOffset) throws IOException {
    Inode inode = inode();
    if (inode.type() == FileType.DIRECTORY) {
      throw new FileOperationException(Errno.EISDIR, "is a directory");
    }
    if (inode.type() != FileType.REGULAR || byteOffset < 0) {
      throw new FileOperationException(Errno.EINVAL, "has no content that could be read there");
    }
  }

  /**
   * Reads content like {@link #read}, but bypasses the page cache. It is meant for large pieces
   * that are read once. Dirty pages in the range are written back first.
   */
  public int readDirect(long byteOffset, ByteBuffer target) throws IOException {
    requireReadable(byteOffset);
    return content().readDirect(byteOffset, target);
  }

  /**
   * Returns the offset of the first content at or after an offset, like lseek(2) with SEEK_DATA.
   *
   * @throws FileOperationException with ENXIO if the offset is negative, or if there is no content
   *     at or after it; with EISDIR or EINVAL if the file is not regular
   */
  public long seekData(long byteOffset) throws IOException {
    requireReadable(0);
    return content().seekData(byteOffset);
  }

  /**
   * Returns the offset of the first hole at or after an offset, like lseek(2) with SEEK_HOLE. The
   * end of the file is treated as a hole.
   *
   * @throws FileOperationException with ENXIO if the offset is negative, or if it is at or beyond
   *     the end of the file; with EISDIR or EINVAL if the file is not regular
   */
  public long seekHole(long byteOffset) throws IOException {
    requireReadable(0);
    return content().seekHole(byteOffset);
  }

  private FileContent content() throws IOException {
    return new FileContent(inode(), mount.volume(), failures);
  }

  /**
   * Returns the target of a symbolic link as raw bytes.
   *
   * @throws FileOperationException with EINVAL if the file is not a symbolic link
   */
  public byte[] readLink() throws IOException {
    return new Inodes(mount).readLink(inodeNumber);
  }

  /**
   * Deallocates a range: {@code fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)}. The hole is
   * durable when this method returns, except inside {@link Ext4FileSystem#atomically}.
   *
   * @param byteOffset offset of the first byte of the hole
   * @param byteCount length of the hole in bytes
   * @param progress receives the number of blocks of the hole: completed and total
   * @throws FileOperationException with the errors of fallocate(2): EINVAL, EPERM, ESPIPE, EISDIR,
   *     ENODEV, EFBIG, EROFS, ENOSPC
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void punch(long byteOffset, long byteCount, ProgressListener progress) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new PunchHole(inode(), mount.volume(), byteOffset, byteCount, progress).punch();
    }
  }

  /**
   * Allocates unwritten blocks, which read as zeros, for the holes of a range: fallocate(2).
   *
   * @param size whether the file grows or keeps its size if the range ends beyond the end of the
   *     file
   * @param progress receives the number of blocks of the range: completed and total
   * @throws FileOperationException with the errors of fallocate(2): EINVAL, EPERM, ESPIPE, EISDIR,
   *     ENODEV, EFBIG, EROFS, ENOSPC; with EOPNOTSUPP for a file without extents
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void allocate(long byteOffset, long byteCount, Size size, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new Fallocate(inode(), mount.volume(), byteOffset, byteCount, size, progress).allocate();
    }
  }

  /**
   * Makes a range read as zeros: {@code fallocate(FALLOC_FL_ZERO_RANGE)}. Afterwards the blocks of
   * the range are allocated, but unwritten.
   *
   * @param size whether the file grows or keeps its size if the range ends beyond the end of the
   *     file
   * @param progress receives the number of blocks of the range: completed and total
   * @throws FileOperationException as {@link #allocate}
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void zero(long byteOffset, long byteCount, Size size, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new ZeroRange(inode(), mount.volume(), byteOffset, byteCount, size, progress).zero();
    }
  }

  /**
   * Removes a range from a file and moves the content after it down: {@code
   * fallocate(FALLOC_FL_COLLAPSE_RANGE)}. The range consists of whole clusters and ends before the
   * end of the file.
   *
   * @param progress receives the number of steps of the work: completed and total
   * @throws FileOperationException as {@link #allocate}
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void collapse(long byteOffset, long byteCount, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new CollapseRange(inode(), mount.volume(), byteOffset, byteCount, progress).collapse();
    }
  }

  /**
   * Inserts a hole into a file: {@code fallocate(FALLOC_FL_INSERT_RANGE)}. The content at and after
   * the start of the hole moves up. The range consists of whole clusters and begins before the end
   * of the file.
   *
   * @param progress receives the number of steps of the work: completed and total
   * @throws FileOperationException as {@link #allocate}
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void insert(long byteOffset, long byteCount, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new InsertRange(inode(), mount.volume(), byteOffset, byteCount, progress).insert();
    }
  }

  /**
   * Exchanges the blocks of a range with the blocks of a range of another file in the same file
   * system. This exchanges the content of both ranges without copying a byte. If the change fits in
   * one transaction, a crash leaves both ranges either exchanged or unchanged. Both ranges consist
   * of whole blocks. Neither range ends beyond the end of its file.
   *
   * @param progress receives the number of blocks: completed and total
   * @throws FileOperationException as {@link #allocate}; also with EINVAL if the files belong to
   *     different file systems or are the same file, and with EOPNOTSUPP if the file system has
   *     bigalloc or has no journal
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void exchange(
      long byteOffset, Ext4File other, long otherOffset, long byteCount, ProgressListener progress)
      throws IOException {
    if (mount != other.mount) {
      throw new FileOperationException(Errno.EINVAL, "the files are not of one file system");
    }
    try (Mount.Changing changing = mount.changing()) {
      new ExchangeRange(
              mount.volume(), inode(), byteOffset, other.inode(), otherOffset, byteCount, progress)
          .exchange();
    }
  }

  /**
   * Changes the size of a file: ftruncate(2). Blocks beyond the new end are freed, including blocks
   * that were allocated beyond the old end. If the file grows, the new part is a hole.
   *
   * @param byteCount the new size in bytes
   * @param progress receives the number of blocks to free: completed and total
   * @throws FileOperationException with EINVAL for a negative size or a file that is not regular;
   *     with EISDIR, EPERM, EFBIG, EROFS
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after the new size was made
   *     durable. In this case the content cannot be changed until the file is truncated again or
   *     the file system is opened again.
   */
  public void truncate(long byteCount, ProgressListener progress) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      OrphanList orphans = new OrphanList(mount.superblock(), mount.inodes());
      new Truncate(inode(), mount.volume(), byteCount, orphans, progress).truncate();
    }
  }

  /**
   * Writes all remaining bytes of a buffer, like pwrite(2). The file grows if the bytes end beyond
   * the end of the file. The bytes stay in memory until they are written back, but this call
   * reserves the space for them. They are durable after {@link #force} or {@link
   * Ext4FileSystem#sync}.
   *
   * @throws FileOperationException with EINVAL for a negative offset or a file that is not regular;
   *     with EISDIR, EPERM, EFBIG, EROFS; with ENOSPC if space runs out. After ENOSPC the position
   *     of the buffer is after the last byte written.
   */
  public void write(long byteOffset, ByteBuffer source) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().write(byteOffset, source);
    }
  }

  /**
   * Writes like {@link #write}, but bypasses the page cache. The bytes are durable after the next
   * {@link Ext4FileSystem#sync}. A small write that overwrites existing content is durable when
   * this method returns, and a crash leaves either the old or the new content.
   *
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void writeDirect(long byteOffset, ByteBuffer source) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().writeDirect(byteOffset, source);
    }
  }

  /**
   * Makes all bytes written to the file durable, like fsync(2).
   *
   * @throws IOException if the operation fails, or if content that an earlier call wrote did not
   *     reach the device; each such loss is reported once
   */
  public void force() throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().force();
    }
  }

  /**
   * Makes all bytes written to the file durable, like fdatasync(2). The size and the mapping of the
   * file become durable as well, as far as they are needed to read the bytes. Its times may be lost
   * in a crash. Overwriting existing content and this call may need no commit.
   *
   * @throws IOException as {@link #force}
   */
  public void forceContent() throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().forceContent();
    }
  }

  /**
   * Returns the inspection data of the file: its mapping, its extent status tree, and the
   * violations of its invariants.
   */
  public FileInspection inspect() {
    return new FileReports(mount, inodeNumber);
  }
}
