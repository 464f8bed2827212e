package dev.ext4j.fs.fsck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All directories and the pieces that they lie in, once the inodes have been gone through. */
final class Directories {
  private final Directory[] all;
  private final long[] inodes;
  private final DirectoryRun[] runs;

  private Directories(Directory[] all, DirectoryRun[] runs) {
    this.all = all;
    this.inodes = new long[all.length];
    this.runs = runs;
    for (int i = 0; i < all.length; i++) {
      inodes[i] = all[i].inode();
    }
  }

  /** What one thread has found; joined by {@link #of}. */
  static final class Found {
    private final List<Directory> directories = new ArrayList<>();
    private final List<DirectoryRun> runs = new ArrayList<>();

    void add(Directory directory) {
      directories.add(directory);
    }

    void add(DirectoryRun run) {
      runs.add(run);
    }

    int runCount() {
      return runs.size();
    }

    void forgetRunsFrom(int index) {
      runs.subList(index, runs.size()).clear();
    }
  }

  /** All that was found, the pieces in the order of the disk. */
  static Directories of(List<Found> parts) {
    List<Directory> all = new ArrayList<>();
    List<DirectoryRun> runs = new ArrayList<>();
    for (Found part : parts) {
      all.addAll(part.directories);
      runs.addAll(part.runs);
    }
    Directory[] sorted = all.toArray(new Directory[0]);
    Arrays.sort(sorted, (a, b) -> Long.compare(a.inode(), b.inode()));
    DirectoryRun[] inOrder = runs.toArray(new DirectoryRun[0]);
    Arrays.sort(inOrder);
    return new Directories(sorted, inOrder);
  }

  /** A directory by its inode; null if it is none. */
  @org.jspecify.annotations.Nullable
  Directory get(long inode) {
    int at = indexOf(inode);
    return at < 0 ? null : all[at];
  }

  /** The place of a directory in the order of inodes, negative if it is none. */
  int indexOf(long inode) {
    return Arrays.binarySearch(inodes, inode);
  }

  int count() {
    return all.length;
  }

  /** The directory at a place in the order of inodes. */
  Directory at(int index) {
    return all[index];
  }

  int runCount() {
    return runs.length;
  }

  /** The piece at a place in the order of the disk. */
  DirectoryRun run(int index) {
    return runs[index];
  }
}
