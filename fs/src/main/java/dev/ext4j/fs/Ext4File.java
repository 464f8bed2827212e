package dev.ext4j.fs;

import dev.ext4j.fs.FileStat.MappingKind;
import dev.ext4j.fs.dir.DirectoryReader;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.file.BlockMapper;
import dev.ext4j.fs.file.CollapseRange;
import dev.ext4j.fs.file.ExchangeRange;
import dev.ext4j.fs.file.Fallocate;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.FileInvariants;
import dev.ext4j.fs.file.InsertRange;
import dev.ext4j.fs.file.MapReport;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.file.SymbolicLink;
import dev.ext4j.fs.file.Truncate;
import dev.ext4j.fs.file.ZeroRange;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.PunchPlanner;
import dev.ext4j.fs.mount.StatReport;
import dev.ext4j.fs.page.WriteFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One file of an open file system, of any type. Obtained from {@link Ext4FileSystem#file}. */
public final class Ext4File {
  private final Mount mount;
  private final long inodeNumber;
  private final WriteFailures.Listener failures;

  Ext4File(Mount mount, Inode inode) {
    this.mount = mount;
    this.inodeNumber = inode.inodeNumber();
    this.failures = mount.context().pages().failures().of(inode.inodeNumber());
  }

  /** The inode, which is in memory while it is used, and is read again where it is not. */
  private Inode inode() throws IOException {
    return mount.inodes().get(inodeNumber);
  }

  /** What the inode says. */
  public FileStat stat() throws IOException {
    Inode inode = inode();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      return StatReport.of(inode, mount.geometry());
    }
  }

  /**
   * Reads content from a byte offset on, like pread(2): holes and unwritten blocks are zeros.
   *
   * @return the bytes transferred, at least 1 unless the buffer is full; -1 at or beyond the end
   * @throws FileOperationException EISDIR for a directory, EINVAL for what has no content, or for a
   *     negative offset
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
   * As {@link #read}, past the page cache, for large pieces that are not read again: what is dirty
   * there is written back first.
   */
  public int readDirect(long byteOffset, ByteBuffer target) throws IOException {
    requireReadable(byteOffset);
    return content().readDirect(byteOffset, target);
  }

  /**
   * Where content begins at or behind an offset, like lseek(2) with SEEK_DATA.
   *
   * @throws FileOperationException ENXIO if there is none; as {@link #read}
   */
  public long seekData(long byteOffset) throws IOException {
    requireReadable(0);
    return content().seekData(byteOffset);
  }

  /**
   * Where a hole begins at or behind an offset, like lseek(2) with SEEK_HOLE; one begins at the
   * end.
   *
   * @throws FileOperationException ENXIO beyond the end; as {@link #read}
   */
  public long seekHole(long byteOffset) throws IOException {
    requireReadable(0);
    return content().seekHole(byteOffset);
  }

  private FileContent content() throws IOException {
    return new FileContent(inode(), mount.context(), failures);
  }

  /**
   * The target of a symbolic link, raw bytes.
   *
   * @throws FileOperationException EINVAL if this is no symbolic link
   */
  public byte[] readLink() throws IOException {
    return new SymbolicLink(inode(), mount.context()).target();
  }

  /**
   * Lists a directory.
   *
   * @throws FileOperationException ENOTDIR if this is none
   */
  public void list(DirectoryVisitor visitor) throws IOException {
    Inode inode = inode();
    if (inode.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, "is no directory");
    }
    new DirectoryReader(inode, mount.context()).list(visitor);
  }

  /**
   * Walks the mapping of all blocks, those beyond the end of the file included.
   *
   * @param holes whether holes up to the end of the file are reported, too
   * @param visitor is called with the file locked: it must not use this file system itself
   */
  public void map(boolean holes, MappingVisitor visitor) throws IOException {
    writeBack();
    Inode inode = inode();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (StatReport.mappingKind(inode) != MappingKind.NONE) {
        new MapReport(inode, mount.context()).walk(holes, visitor);
      }
    }
  }

  /**
   * Walks the nodes of the extent tree; a file without one has nothing to visit. The visitor is
   * called with the file locked: it must not use this file system itself.
   */
  public void visitTree(TreeVisitor visitor) throws IOException {
    writeBack();
    Inode inode = inode();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (StatReport.mappingKind(inode) == MappingKind.EXTENTS) {
        try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
          new BlockMapper(inode, mount.context()).extents().visit(visitor);
        }
      }
    }
  }

  /**
   * Deallocates a range: {@code fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)}. When this
   * returns, the hole is durable, unless it is one of {@link Ext4FileSystem#atomically several
   * operations}.
   *
   * @param byteOffset first byte of the hole
   * @param byteCount its length in bytes
   * @param progress is told blocks of the hole, done and in all
   * @throws FileOperationException as fallocate(2): EINVAL, EPERM, ESPIPE, EISDIR, ENODEV, EFBIG,
   *     EROFS, ENOSPC
   */
  public void punch(long byteOffset, long byteCount, ProgressListener progress) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new PunchHole(inode(), mount.context(), byteOffset, byteCount, progress).punch();
    }
  }

  /**
   * Allocates blocks for a range that has none, which read as zeros: fallocate(2).
   *
   * @param keepSize whether the file keeps its size where the range ends behind it
   * @param progress is told blocks of the range, done and in all
   * @throws FileOperationException as fallocate(2): EINVAL, EPERM, ESPIPE, EISDIR, ENODEV, EFBIG,
   *     EROFS, ENOSPC; EOPNOTSUPP for a file without extents
   */
  public void fallocate(
      long byteOffset, long byteCount, boolean keepSize, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new Fallocate(inode(), mount.context(), byteOffset, byteCount, keepSize, progress).allocate();
    }
  }

  /**
   * Makes a range read as zeros, its blocks allocated but unwritten: {@code
   * fallocate(FALLOC_FL_ZERO_RANGE)}.
   *
   * @param keepSize whether the file keeps its size where the range ends behind it
   * @param progress is told blocks of the range, done and in all
   * @throws FileOperationException as {@link #fallocate}
   */
  public void zero(long byteOffset, long byteCount, boolean keepSize, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new ZeroRange(inode(), mount.context(), byteOffset, byteCount, keepSize, progress).zero();
    }
  }

  /**
   * Takes a range out of a file; what lies behind it moves down: {@code
   * fallocate(FALLOC_FL_COLLAPSE_RANGE)}. The range is made of whole clusters and ends before the
   * end of the file.
   *
   * @param progress is told steps of the work, done and in all
   * @throws FileOperationException as {@link #fallocate}
   */
  public void collapse(long byteOffset, long byteCount, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new CollapseRange(inode(), mount.context(), byteOffset, byteCount, progress).collapse();
    }
  }

  /**
   * Puts a hole into a file; what lies behind its beginning moves up: {@code
   * fallocate(FALLOC_FL_INSERT_RANGE)}. The range is made of whole clusters and begins before the
   * end of the file.
   *
   * @param progress is told steps of the work, done and in all
   * @throws FileOperationException as {@link #fallocate}
   */
  public void insert(long byteOffset, long byteCount, ProgressListener progress)
      throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      new InsertRange(inode(), mount.context(), byteOffset, byteCount, progress).insert();
    }
  }

  /**
   * Exchanges the blocks of a range with those of a range of another file of the same file system,
   * and so the content of both, without a byte being copied: after a crash both are as before or as
   * after, if the change fits in one transaction. Ranges are made of whole blocks, and end before
   * the end of the files or there.
   *
   * @param progress is told blocks, done and in all
   * @throws FileOperationException as {@link #fallocate}; EINVAL also for files of two file
   *     systems; EOPNOTSUPP with bigalloc
   */
  public void exchange(
      long byteOffset, Ext4File other, long otherOffset, long byteCount, ProgressListener progress)
      throws IOException {
    if (mount != other.mount) {
      throw new FileOperationException(Errno.EINVAL, "the files are not of one file system");
    }
    try (Mount.Changing changing = mount.changing()) {
      new ExchangeRange(
              mount.context(), inode(), byteOffset, other.inode(), otherOffset, byteCount, progress)
          .exchange();
    }
  }

  /**
   * Gives a file another size: ftruncate(2). Blocks behind the new end are freed, those that were
   * allocated beyond the end before included; a file that grows has a hole at its end.
   *
   * @param byteCount the new size
   * @param progress is told blocks to be freed, done and in all
   * @throws FileOperationException EINVAL for a negative size, or no regular file; EISDIR, EPERM,
   *     EFBIG, EROFS
   */
  public void truncate(long byteCount, ProgressListener progress) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      OrphanList orphans = new OrphanList(mount.superblock(), mount.inodes());
      new Truncate(inode(), mount.context(), byteCount, orphans, progress).truncate();
    }
  }

  /**
   * Writes all remaining bytes of a buffer, like pwrite(2): the file grows where they end behind
   * it. They lie in memory until they are written back, for which space is set aside now, and are
   * durable after {@link #force} or {@link Ext4FileSystem#sync}.
   *
   * @throws FileOperationException EINVAL for a negative offset, or no regular file; EISDIR, EPERM,
   *     EFBIG, EROFS; ENOSPC, when the buffer's position tells how much was written
   */
  public void write(long byteOffset, ByteBuffer source) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().write(byteOffset, source);
    }
  }

  /**
   * As {@link #write}, past the page cache. The bytes are durable after the next {@link
   * Ext4FileSystem#sync}; a few bytes that overwrite others are at once, and are old or new after a
   * crash.
   *
   * @throws dev.ext4j.fs.error.PartialOperationException if it failed after a part was made durable
   */
  public void writeDirect(long byteOffset, ByteBuffer source) throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().writeDirect(byteOffset, source);
    }
  }

  /**
   * Makes all that was written to the file durable, like fsync(2).
   *
   * @throws IOException also if something written earlier could not be brought to the device; that
   *     is told once
   */
  public void force() throws IOException {
    try (Mount.Changing changing = mount.changing()) {
      content().force();
    }
  }

  /** Loads the whole mapping into memory, as {@code EXT4_IOC_PRECACHE_EXTENTS} does. */
  public void precache() throws IOException {
    Inode inode = inode();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      MappingKind kind = StatReport.mappingKind(inode);
      if (kind == MappingKind.EXTENTS || kind == MappingKind.INDIRECT) {
        new BlockMapper(inode, mount.context()).precache();
      }
    }
  }

  /**
   * Shows what is known of the mapping in memory: what was looked up and not dropped since, and
   * what is going to be allocated. Nothing is loaded for it.
   */
  public void visitStatus(MappingVisitor visitor) throws IOException {
    for (Mapping entry : inode().status().entries()) {
      boolean more =
          visitor.visit(
              entry.logicalBlock(), entry.physicalBlock(), entry.blockCount(), entry.state());
      if (!more) {
        return;
      }
    }
  }

  /**
   * Looks for what should hold of a file at rest, and does not: its tree, its size and its counts,
   * what is known of its mapping in memory, and what of its content is there. Who uses the file is
   * waited for. Nothing is changed.
   */
  public List<Violation> verify() throws IOException {
    return new FileInvariants(inode(), mount.context(), mount.groups()).check();
  }

  /** What looks at the disk wants to see it all there. */
  private void writeBack() throws IOException {
    if (inode().type() == FileType.REGULAR) {
      content().writeBack();
    }
  }

  /**
   * What {@link #punch} would do: it is done for real on a copy in memory of the blocks it changes,
   * after all that was changed before, which is made durable first, unless it is one of {@link
   * Ext4FileSystem#atomically several operations}. The file stays as it is, and need not be open
   * for writing. Other threads that change something wait meanwhile.
   */
  public PunchPlan planPunch(long byteOffset, long byteCount) throws IOException {
    return mount.onTrial(
        (copy, options) ->
            new PunchPlanner(copy, options, inodeNumber).plan(byteOffset, byteCount));
  }
}
