package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.SymbolicLink;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * A resolver of paths from the root directory. A symbolic link in the middle of a path is followed
 * inside the image. A symbolic link at the end of a path is not followed.
 */
public final class PathResolver {
  private static final int MAX_LINKS = 40;

  private final InodeTable inodes;
  private final Volume volume;

  /** Creates a resolver that starts every path at the root directory of a volume. */
  public PathResolver(Volume volume) {
    this.inodes = volume.inodes();
    this.volume = volume;
  }

  /**
   * Returns the inode at the end of a path.
   *
   * @throws FileOperationException with ENOENT, ENOTDIR, ELOOP or ENAMETOOLONG, in the same cases
   *     as in the kernel
   */
  public Inode resolve(byte[] path) throws IOException {
    Inode at = follow(split(path), false);
    boolean mustBeDirectory = path.length > 0 && path[path.length - 1] == '/';
    if (mustBeDirectory && at.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, "is no directory");
    }
    return at;
  }

  /**
   * The last name of a path and the directory in which it is looked up.
   *
   * @param directory the directory in which the last name is looked up
   * @param name the last name of the path; a symbolic link with this name is not followed
   */
  public record Parent(Inode directory, FileName name) {}

  /**
   * Returns the directory and the last name of a path. The name need not exist.
   *
   * @throws FileOperationException as in {@link #resolve} for the directories of the path; with
   *     EINVAL if there is no last name or it is {@code .} or {@code ..}
   */
  public Parent parent(byte[] path) throws IOException {
    List<byte[]> names = split(path);
    byte[] last = names.isEmpty() ? new byte[0] : names.remove(names.size() - 1);
    if (last.length == 0 || NewEntry.isSelfOrParent(last) || endsInSelf(path)) {
      throw new FileOperationException(Errno.EINVAL, "the path has no last name");
    }
    requireLength(last);
    FileName name = FileName.ofStored(last);
    if (!name.isValid()) {
      throw new FileOperationException(Errno.EINVAL, "a name has no byte of value 0");
    }
    Inode directory = follow(names, true);
    if (directory.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, "a part of the path is no directory");
    }
    return new Parent(directory, name);
  }

  /**
   * Returns the inode at the end of a list of names.
   *
   * @param lastLink whether a symbolic link at the end is followed as well
   */
  private Inode follow(List<byte[]> names, boolean lastLink) throws IOException {
    Deque<byte[]> left = new ArrayDeque<>(names);
    Inode at = inodes.get(InodeTable.ROOT);
    int links = 0;
    while (!left.isEmpty()) {
      byte[] name = left.removeFirst();
      if (at.type() != FileType.DIRECTORY) {
        throw new FileOperationException(Errno.ENOTDIR, "a part of the path is no directory");
      }
      requireLength(name);
      long number = new DirectoryReader(at, volume).find(name);
      if (number == 0) {
        throw new FileOperationException(Errno.ENOENT, "no such file or directory");
      }
      Inode next = inodes.get(number);
      if (next.type() == FileType.SYMBOLIC_LINK && (lastLink || !left.isEmpty())) {
        if (++links > MAX_LINKS) {
          throw new FileOperationException(Errno.ELOOP, "too many symbolic links");
        }
        byte[] target = new SymbolicLink(next, volume).target();
        List<byte[]> more = split(target);
        for (int i = more.size() - 1; i >= 0; i--) {
          left.addFirst(more.get(i));
        }
        if (target.length > 0 && target[0] == '/') {
          at = inodes.get(InodeTable.ROOT);
        }
        continue;
      }
      at = next;
    }
    return at;
  }

  private static void requireLength(byte[] name) throws FileOperationException {
    if (name.length > FileName.MAX_LENGTH) {
      throw new FileOperationException(Errno.ENAMETOOLONG, "a name is longer than 255 bytes");
    }
  }

  private static boolean endsInSelf(byte[] path) {
    int end = path.length;
    while (end > 0 && path[end - 1] == '/') {
      end--;
    }
    return end > 0 && path[end - 1] == '.' && (end == 1 || path[end - 2] == '/');
  }

  private static List<byte[]> split(byte[] path) {
    List<byte[]> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        byte[] name = Arrays.copyOfRange(path, start, i);
        if (name.length > 0 && !(name.length == 1 && name[0] == '.')) {
          names.add(name);
        }
        start = i + 1;
      }
    }
    return names;
  }
}
