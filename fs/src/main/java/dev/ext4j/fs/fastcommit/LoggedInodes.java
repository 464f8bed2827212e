package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The inodes that fast commits refer to. For each inode number this class holds the state before
 * the replay, and the records of the log in an order in which they can be applied. Within one fast
 * commit the kernel writes the ranges of a file before its inode. Both describe the state at the
 * time of this fast commit. Therefore the record of the inode is put before the ranges of the same
 * fast commit. If the inode number was not in use before the replay, its first inode record is put
 * before all its other records. This includes records of earlier fast commits.
 */
final class LoggedInodes {
  private final InodeTable inodes;
  private final InodeAllocator allocator;
  private final long firstInode;
  private final Map<Long, Logged> byNumber = new TreeMap<>();

  LoggedInodes(InodeTable inodes, InodeAllocator allocator, long firstInode) {
    this.inodes = inodes;
    this.allocator = allocator;
    this.firstInode = firstInode;
  }

  /** An inode number with its state before the replay and its records. */
  static final class Logged {
    private final long number;
    private final FileType typeBefore;
    private final int linkCountBefore;
    private final List<FastCommitRecord> records = new ArrayList<>();
    private boolean inUse;
    private int lastCommit;
    private int commitStart;

    private Logged(long number, boolean inUse, FileType typeBefore, int linkCountBefore) {
      this.number = number;
      this.inUse = inUse;
      this.typeBefore = typeBefore;
      this.linkCountBefore = linkCountBefore;
    }

    /** Returns the inode number. */
    long number() {
      return number;
    }

    /** Returns the type of file before the replay, or UNKNOWN if the number was not in use. */
    FileType typeBefore() {
      return typeBefore;
    }

    /** Returns the link count before the replay, or 0 if the number was not in use. */
    int linkCountBefore() {
      return linkCountBefore;
    }

    /**
     * Returns the number of directory entries that referred to the inode before the replay. For a
     * directory, its own entry {@code .} and the entries {@code ..} of its subdirectories are not
     * counted.
     */
    int nameCountBefore() {
      return typeBefore == FileType.DIRECTORY ? Math.min(1, linkCountBefore) : linkCountBefore;
    }

    /** Returns whether the inode is in use after the replay, possibly without a name. */
    boolean isInUse() {
      return inUse;
    }

    /**
     * Returns the records of the inode and of its mapping, in the order in which they are applied.
     */
    List<FastCommitRecord> records() {
      return records;
    }

    private void add(int commit, FastCommitRecord record) {
      if (commit != lastCommit) {
        lastCommit = commit;
        commitStart = records.size();
      }
      if (record instanceof FastCommitRecord.InodeUpdate) {
        records.add(inUse ? commitStart : 0, record);
        commitStart++;
        inUse = true;
      } else {
        records.add(record);
      }
    }
  }

  /**
   * Adds a record of an inode or of its mapping.
   *
   * @param commit the number of the fast commit that contains the record
   */
  void add(int commit, FastCommitRecord record) throws IOException {
    get(record.inodeNumber()).add(commit, record);
  }

  /**
   * Returns the state and the records of an inode number. At the first call for a number, its state
   * is read from disk.
   *
   * @throws CorruptionException with JOURNAL if the inode is a reserved one, other than the root
   *     directory
   */
  Logged get(long number) throws IOException {
    Logged known = byNumber.get(number);
    if (known == null) {
      if (number < firstInode && number != InodeTable.ROOT) {
        throw new CorruptionException(
            Kind.JOURNAL, "a fast commit changes the reserved inode " + number);
      }
      known = read(number);
      byNumber.put(number, known);
    }
    return known;
  }

  private Logged read(long number) throws IOException {
    if (!allocator.isTaken(number)) {
      return new Logged(number, false, FileType.UNKNOWN, 0);
    }
    InodeView view = inodes.get(number).fields();
    return new Logged(number, true, FileType.ofMode(view.mode()), view.linkCount());
  }

  /** Returns all inodes that the fast commits refer to, in ascending order of their numbers. */
  Collection<Logged> all() {
    return byNumber.values();
  }
}
