package dev.ext4j.fs;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.dir.DirectoryReader;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.DirectoryVisitor;
import dev.ext4j.fs.model.FileId;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.XattrName;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.InodeSnapshot;
import dev.ext4j.fs.xattr.AttributeReader;
import java.io.IOException;
import java.util.List;

/**
 * Access to the files of a file system by inode number and raw name, as a server needs it. An
 * instance has no state. Any number of threads may use it at once.
 *
 * <p>Each method throws {@link FileOperationException} with ENOENT for an inode that is not in use.
 */
public final class Inodes {
  /** The inode number of the root directory. */
  public static final long ROOT = InodeTable.ROOT;

  private final Mount mount;

  Inodes(Mount mount) {
    this.mount = mount;
  }

  /**
   * The file that an entry of a directory refers to.
   *
   * @param id the inode number and generation of the file
   * @param stat the metadata of the file
   */
  public record Entry(FileId id, FileStat stat) {}

  /**
   * Returns the file that a name of a directory refers to. A symbolic link is not followed.
   *
   * @throws FileOperationException with ENOENT if there is no such name; with ENOTDIR if the inode
   *     is no directory
   */
  public Entry lookup(long directory, FileName name) throws IOException {
    long number = reader(directory).find(name.bytes());
    if (number == 0) {
      throw new FileOperationException(Errno.ENOENT, "no such file or directory");
    }
    FileStat stat = stat(number);
    return new Entry(stat.id(), stat);
  }

  /**
   * Passes the entries of a directory to a visitor, in the order on disk. No lock is held when the
   * visitor is called, so the visitor may use this file system.
   *
   * @param cookie 0 for all entries, or a cookie that a visitor has received, to continue after the
   *     entry with that cookie
   * @throws FileOperationException with ENOTDIR if the inode is no directory; with EINVAL for a
   *     negative cookie
   */
  public void list(long directory, long cookie, DirectoryVisitor visitor) throws IOException {
    if (cookie < 0) {
      throw new FileOperationException(Errno.EINVAL, "no cookie of a listing: " + cookie);
    }
    reader(directory).list(cookie, visitor);
  }

  private DirectoryReader reader(long directory) throws IOException {
    Inode inode = inode(directory);
    if (inode.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, "is no directory");
    }
    return new DirectoryReader(inode, mount.volume());
  }

  /**
   * Returns the target of a symbolic link as raw bytes.
   *
   * @throws FileOperationException with EINVAL if the file is not a symbolic link
   */
  public byte[] readLink(long inode) throws IOException {
    return new SymbolicLink(inode(inode), mount.volume()).target();
  }

  /**
   * Returns the metadata of a file, as stat(2) does. Changes that exist only in memory are
   * included.
   */
  public FileStat stat(long inode) throws IOException {
    Inode found = inode(inode);
    try (RankedLock.Held lock = found.locks().inode().shared()) {
      return InodeSnapshot.of(found, mount.geometry());
    }
  }

  /**
   * Returns the names of the extended attributes of a file, as listxattr(2) does for root. The
   * names are in the order in which they are stored. Attributes that only the file system itself
   * uses, such as inline data, are left out.
   *
   * @throws dev.ext4j.fs.error.CorruptionException with XATTR, XATTR_CHECKSUM or BLOCK_OUT_OF_RANGE
   *     if the attributes are damaged
   */
  public List<XattrName> xattrs(long inode) throws IOException {
    Inode found = inode(inode);
    try (RankedLock.Held lock = found.locks().inode().shared()) {
      return attributes(found).names();
    }
  }

  /**
   * Returns the value of an extended attribute, as getxattr(2) does.
   *
   * @throws FileOperationException with ENODATA if the file has no attribute with that name
   * @throws dev.ext4j.fs.error.CorruptionException as {@link #xattrs}
   */
  public byte[] xattr(long inode, XattrName name) throws IOException {
    Inode found = inode(inode);
    try (RankedLock.Held lock = found.locks().inode().shared()) {
      byte[] value = attributes(found).value(name);
      if (value == null) {
        throw new FileOperationException(Errno.ENODATA, "no attribute " + name);
      }
      return value;
    }
  }

  /**
   * Returns an access control list of a file, or {@link Acl#NONE} if the file has no list of that
   * kind.
   *
   * @throws dev.ext4j.fs.error.CorruptionException as {@link #xattrs}
   */
  public Acl acl(long inode, Acl.Kind kind) throws IOException {
    Inode found = inode(inode);
    try (RankedLock.Held lock = found.locks().inode().shared()) {
      return attributes(found).acl(kind);
    }
  }

  private AttributeReader attributes(Inode inode) {
    return new AttributeReader(
        inode, mount.geometry(), mount.volume().cache(), mount.volume().inodes());
  }

  /** Returns an object for work on the content of a file. */
  public Ext4File file(long inode) throws IOException {
    return new Ext4File(mount, inode(inode));
  }

  private Inode inode(long number) throws IOException {
    return mount.inodes().get(number);
  }
}
