package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.dir.DirectoryWriter;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory entries that fast commits change. Each entry has the inode that it refers to before
 * the replay, and the inode that it refers to after the replay. The history in between does not
 * matter, because an inode number may have belonged to several files.
 */
final class LoggedNames {
  private final Volume volume;
  private final InodeTable inodes;
  private final LoggedInodes logged;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private long withoutEffect;

  LoggedNames(Volume volume, InodeTable inodes, LoggedInodes logged) {
    this.volume = volume;
    this.inodes = inodes;
    this.logged = logged;
  }

  private record Key(long directory, ByteBuffer name) {}

  /** One entry. An inode number of 0 means that the name does not exist. */
  static final class Entry {
    private final long directory;
    private final byte[] name;
    private final long before;
    private long after;

    private Entry(long directory, byte[] name, long before) {
      this.directory = directory;
      this.name = name;
      this.before = before;
      this.after = before;
    }

    /** Returns the inode number of the directory. */
    long directory() {
      return directory;
    }

    /** Returns the name. */
    byte[] name() {
      return name;
    }

    /** Returns the inode that the entry referred to before the replay. */
    long before() {
      return before;
    }

    /** Returns the inode that the entry refers to after the replay. */
    long after() {
      return after;
    }

    /** Returns whether the entry refers to the same inode number as before. */
    boolean isSame() {
      return before == after;
    }
  }

  /** Adds a change. Must be called while the file system is as it was before the replay. */
  void add(FastCommitRecord.EntryChange change) throws IOException {
    long directory = change.parentInodeNumber();
    logged.get(change.inodeNumber());
    Key key = new Key(directory, change.name());
    Entry entry = entries.get(key);
    if (entry == null) {
      byte[] name = new byte[change.name().remaining()];
      change.name().duplicate().get(name);
      entry = new Entry(directory, name, find(directory, name));
      entries.put(key, entry);
      if (entry.before != 0) {
        logged.get(entry.before);
      }
    }
    if (!(change instanceof FastCommitRecord.Unlink)) {
      entry.after = change.inodeNumber();
    } else if (entry.after == change.inodeNumber()) {
      entry.after = 0;
    } else {
      withoutEffect++; // the name was never on disk, or belongs to another file
    }
  }

  private long find(long directory, byte[] name) throws IOException {
    if (logged.get(directory).typeBefore() != FileType.DIRECTORY) {
      return 0;
    }
    Inode inode = inodes.get(directory);
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      return new DirectoryWriter(inode, volume).find(name);
    }
  }

  /**
   * Drops each name whose inode or directory never reached the disk. Must be called after all
   * records were added.
   *
   * @return the number of changes of names that have no effect
   */
  long settle() throws IOException {
    for (Entry entry : entries.values()) {
      boolean names = entry.after != 0;
      boolean lost = names && !logged.get(entry.after).isInUse();
      if (lost || !logged.get(entry.directory).isInUse()) {
        withoutEffect += names ? 1 : 0;
        entry.after = 0;
      }
    }
    return withoutEffect;
  }

  /** Returns all entries, in the order of their first records in the log. */
  Collection<Entry> all() {
    return entries.values();
  }
}
