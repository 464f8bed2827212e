package dev.ext4j.cli.command;

import dev.ext4j.fs.DirectoryVisitor;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The entries of a directory, sorted by the bytes of their names, or as they come. A directory too
 * large to be sorted in memory comes as it lies on disk.
 */
final class DirectoryContent {
  private static final int MAX_SORTED = 200_000;

  private static final class Entry {
    final byte[] name;
    final long inodeNumber;
    final FileType type;

    Entry(byte[] name, long inodeNumber, FileType type) {
      this.name = name;
      this.inodeNumber = inodeNumber;
      this.type = type;
    }
  }

  private final Ext4File directory;
  private final boolean all;
  private final boolean sorted;

  private DirectoryContent(Ext4File directory, boolean all, boolean sorted) {
    this.directory = directory;
    this.all = all;
    this.sorted = sorted;
  }

  static DirectoryContent of(Ext4File directory, boolean all, boolean sorted) {
    return new DirectoryContent(directory, all, sorted);
  }

  void forEach(DirectoryVisitor visitor) throws IOException {
    if (!sorted) {
      directory.list(
          (name, inodeNumber, type) -> isHidden(name) || visitor.entry(name, inodeNumber, type));
      return;
    }
    List<Entry> entries = new ArrayList<>();
    directory.list(
        (name, inodeNumber, type) -> {
          if (isHidden(name)) {
            return true;
          }
          if (entries.size() < MAX_SORTED) {
            entries.add(new Entry(name, inodeNumber, type));
            return true;
          }
          return drain(entries, visitor) && visitor.entry(name, inodeNumber, type);
        });
    entries.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
    drain(entries, visitor);
  }

  private static boolean drain(List<Entry> entries, DirectoryVisitor visitor) throws IOException {
    for (Entry entry : entries) {
      if (!visitor.entry(entry.name, entry.inodeNumber, entry.type)) {
        return false;
      }
    }
    entries.clear();
    return true;
  }

  private boolean isHidden(byte[] name) {
    return !all
        && name.length > 0
        && name[0] == '.'
        && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }
}
