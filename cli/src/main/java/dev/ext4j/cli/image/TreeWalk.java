package dev.ext4j.cli.image;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A walk of a directory or of a tree, without recursion. It keeps only the names of directories
 * that are still to be visited and one bit for each directory seen. A deep tree therefore needs no
 * stack, and a corrupt image whose directories contain each other does not lead to an endless walk.
 *
 * <p>A directory or inode that cannot be read is reported and skipped. The exit status is that of
 * the first failure.
 */
public final class TreeWalk {
  /** A directory to be visited. Its path is built only when it is visited. */
  private record Pending(String parent, String name, long inodeNumber) {
    String path() {
      return parent + name;
    }
  }

  private final Invocation invocation;
  private final OpenImage image;
  private final Listing listing;
  private final boolean recursive;
  private final boolean all;
  private final boolean sorted;
  private final InodeSet seen = new InodeSet();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int status = ExitStatus.OK;

  /**
   * Creates a walk, which can be run once.
   *
   * @param listing the printer of the entries
   * @param recursive whether the directories below the first one are visited as well
   * @param all whether the entries {@code .} and {@code ..} are included
   * @param sorted whether entries are sorted by the bytes of their names; directories of more than
   *     a million entries keep the order on disk
   */
  public TreeWalk(
      Invocation invocation,
      OpenImage image,
      Listing listing,
      boolean recursive,
      boolean all,
      boolean sorted) {
    this.invocation = invocation;
    this.image = image;
    this.listing = listing;
    this.recursive = recursive;
    this.all = all;
    this.sorted = sorted;
  }

  /**
   * Walks the directory that a word refers to, after following symbolic links. If the file is not a
   * directory, prints the file itself.
   *
   * @return the exit status of the first failure that was reported, {@link ExitStatus#OK} if there
   *     was none
   * @throws IOException if the directory or file that the word refers to cannot be read, or if the
   *     output fails
   * @throws UsageException if the word is not the address of a file
   */
  public int run(String argument) throws IOException, UsageException {
    Ext4File file = image.followed(argument);
    long inodeNumber = file.stat().id().inode();
    if (file.stat().type() != FileType.DIRECTORY) {
      listing.entry("", argument, inodeNumber, file.stat().type());
      return ExitStatus.OK;
    }
    seen.add(inodeNumber);
    visit(inodeNumber, argument.startsWith("/") ? argument : "/", argument);
    while (!pending.isEmpty()) {
      Pending next = pending.removeLast();
      String path = next.path();
      try {
        invocation.workOnFile(path);
        visit(next.inodeNumber(), path, path);
      } catch (Ext4Exception | DeviceException e) {
        failed(e);
      }
    }
    return status;
  }

  private void visit(long directory, String path, String shownAs) throws IOException {
    listing.directory(shownAs);
    String parent = path.endsWith("/") ? path : path + "/";
    DirectoryContent content = DirectoryContent.of(image.fileSystem().inodes(), directory, all);
    Deque<Pending> found = new ArrayDeque<>();
    content.forEach(
        sorted,
        (nameBytes, inodeNumber, type) -> {
          entry(parent, RawText.decode(nameBytes), inodeNumber, type, found);
        });
    // The last pending directory is visited next, so the first one found must be added last.
    while (!found.isEmpty()) {
      pending.addLast(found.removeLast());
    }
  }

  private void entry(
      String parent, String name, long inodeNumber, FileType type, Deque<Pending> found)
      throws IOException {
    try {
      listing.entry(parent, name, inodeNumber, type);
    } catch (Ext4Exception | DeviceException e) {
      invocation.workOnFile(parent + name);
      failed(e);
      listing.broken(parent, name, inodeNumber, type, String.valueOf(e.getMessage()));
      return;
    }
    if (recursive && isDirectory(inodeNumber, type) && !name.equals(".") && !name.equals("..")) {
      if (seen.add(inodeNumber)) {
        found.addLast(new Pending(parent, name, inodeNumber));
      } else {
        invocation.workOnFile(parent + name);
        failed(
            new CorruptionException(
                CorruptionException.Kind.DIRECTORY,
                "directory <" + inodeNumber + "> has more than one name; shown under the first"));
      }
    }
  }

  private boolean isDirectory(long inodeNumber, FileType type) throws IOException {
    if (type != FileType.UNKNOWN) {
      return type == FileType.DIRECTORY;
    }
    Ext4File file = image.fileSystem().file(FileAddress.inode(inodeNumber));
    return file.stat().type() == FileType.DIRECTORY;
  }

  private void failed(IOException failure) {
    int code = invocation.report(failure);
    if (status == ExitStatus.OK) {
      status = code;
    }
  }
}
