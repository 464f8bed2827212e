package dev.ext4j.fs.mount;

import dev.ext4j.fs.dir.DirectoryReader;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * A search for directory entries that refer to an inode which is about to be deleted. A damaged
 * orphan list may contain any inode, and the link count of that inode may be wrong as well.
 * Therefore a file that still has a name is not deleted. The search reads the root directory and
 * each directory below it once.
 */
final class NamedOrphans {
  private final Volume volume;
  private final InodeTable inodes;
  private final Set<Long> doomed;
  private final Set<Long> seen = new HashSet<>();
  private final Deque<Long> directories = new ArrayDeque<>();

  /**
   * Creates a search that has read no directory yet.
   *
   * @param doomed the numbers of the inodes that are to be deleted
   */
  NamedOrphans(Volume volume, Set<Long> doomed) {
    this.volume = volume;
    this.inodes = volume.inodes();
    this.doomed = doomed;
  }

  /**
   * Checks that no directory entry, {@code ..} included, refers to one of the inodes.
   *
   * @throws CorruptionException with ORPHAN if an entry refers to one of the inodes. With another
   *     kind if a directory is damaged, because the entries of a damaged directory may refer to any
   *     inode.
   */
  void requireNone() throws IOException {
    if (doomed.isEmpty()) {
      return;
    }
    enter(InodeTable.ROOT);
    while (!directories.isEmpty()) {
      read(directories.pop());
    }
  }

  private void enter(long number) {
    if (seen.add(number)) {
      directories.push(number);
    }
  }

  private void read(long number) throws IOException {
    Inode directory = inodes.get(number);
    if (directory.type() != FileType.DIRECTORY) {
      return;
    }
    boolean typed = volume.geometry().features().has(IncompatFeature.FILETYPE);
    new DirectoryReader(directory, volume)
        .list(
            (name, entry, type, nextCookie) -> {
              if (doomed.contains(entry)) {
                throw named(number, name.bytes(), entry);
              }
              boolean told = typed && type != FileType.UNKNOWN;
              boolean mayBeDirectory = told ? type == FileType.DIRECTORY : isDirectory(entry);
              if (!name.isSelfOrParent() && mayBeDirectory) {
                enter(entry);
              }
              return true;
            });
  }

  private boolean isDirectory(long number) throws IOException {
    try {
      return inodes.get(number).type() == FileType.DIRECTORY;
    } catch (Ext4Exception e) {
      return false; // an entry without a valid inode leads to no directory
    }
  }

  private static CorruptionException named(long directory, byte[] name, long inode) {
    return new CorruptionException(
        Kind.ORPHAN,
        "orphan inode "
            + inode
            + " has no links, but directory inode "
            + directory
            + " names it \""
            + new String(name, StandardCharsets.UTF_8)
            + "\": it is not deleted; e2fsck -fy decides which is right");
  }
}
