package dev.ext4j.cli.crash;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.fs.model.FileType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every file of a file system by its path, as a reader sees it after the replay of a dirty journal.
 * The content of a file is read only on request.
 */
final class FileTree implements Closeable {
  private static final String ROOT = "/";

  /**
   * A file, or the reason why it cannot be read.
   *
   * @param inodeNumber the inode number of the file
   * @param facts the properties that users see; null if the file cannot be read
   * @param complaint the reason why the file cannot be read; empty if it can be read
   */
  record Entry(long inodeNumber, @Nullable FileFacts facts, String complaint) {
    /**
     * Returns whether users see the same properties of both files, apart from the content. Two
     * unreadable files look alike if the reason is the same.
     */
    boolean looksLike(Entry other) {
      return facts == null ? complaint.equals(other.complaint) : facts.equals(other.facts);
    }

    @Override
    public String toString() {
      return facts == null ? "unreadable: " + complaint : facts.toString();
    }
  }

  private final Ext4FileSystem fileSystem;
  private final FileSystemInfo info;
  private final SortedMap<String, Entry> entries = new TreeMap<>();

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closed with the tree
  private FileTree(BlockDevice disk) throws IOException {
    fileSystem = Ext4FileSystem.open(disk, OpenOptions.readOnly());
    info = fileSystem.info();
  }

  /** Opens the file system on {@code disk} and walks through all of its directories. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // returned after the walk
  static FileTree of(BlockDevice disk) throws IOException {
    FileTree tree = new FileTree(disk);
    try {
      tree.walk();
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
    return tree;
  }

  private void walk() throws IOException {
    Set<Long> seen = new HashSet<>();
    Deque<String> pending = new ArrayDeque<>();
    Ext4File root = fileSystem.file(FileAddress.path(RawText.encode(ROOT)));
    Entry first = entry(root.stat().id().inode());
    entries.put(ROOT, first);
    seen.add(first.inodeNumber());
    pending.add(ROOT);
    while (!pending.isEmpty()) {
      String path = pending.removeLast();
      Entry entry = entries.get(path);
      if (entry == null) {
        throw new AssertionError(path);
      }
      try {
        list(path, entry.inodeNumber(), seen, pending);
      } catch (Ext4Exception e) {
        entries.put(path, new Entry(entry.inodeNumber(), null, complaint(e)));
      }
    }
  }

  private void list(String path, long inodeNumber, Set<Long> seen, Deque<String> pending)
      throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
    String parent = path.equals(ROOT) ? ROOT : path + "/";
    fileSystem
        .inodes()
        .list(
            inodeNumber,
            0,
            (name, number, type, nextCookie) -> {
              if (!name.isSelfOrParent()) {
                found.put(parent + RawText.decode(name.bytes()), number);
              }
              return true;
            });
    for (Map.Entry<String, Long> name : found.entrySet()) {
      Entry entry = entry(name.getValue());
      FileFacts facts = entry.facts();
      if (facts != null && facts.type() == FileType.DIRECTORY) {
        if (seen.add(entry.inodeNumber())) {
          pending.add(name.getKey());
        } else {
          entry = new Entry(entry.inodeNumber(), null, "a directory with more than one name");
        }
      }
      entries.put(name.getKey(), entry);
    }
  }

  private Entry entry(long inodeNumber) throws IOException {
    try {
      return new Entry(inodeNumber, FileFacts.of(file(inodeNumber)), "");
    } catch (Ext4Exception e) {
      return new Entry(inodeNumber, null, complaint(e));
    }
  }

  private static String complaint(Ext4Exception e) {
    return String.valueOf(e.getMessage());
  }

  /** Returns the files by path. The paths are encoded as {@link RawText} does it. */
  SortedMap<String, Entry> entries() {
    return entries;
  }

  /** Returns the information from the superblock. */
  FileSystemInfo info() {
    return info;
  }

  /** Returns the file with an inode number. */
  Ext4File file(long inodeNumber) throws IOException {
    return fileSystem.file(FileAddress.inode(inodeNumber));
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
  }
}
