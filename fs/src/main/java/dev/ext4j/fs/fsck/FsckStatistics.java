package dev.ext4j.fs.fsck;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The statistics of a check. Any number of threads may count. */
public final class FsckStatistics {
  private static final int TYPES = 16;
  private static final int DIRECTORY = 4;
  private static final int REGULAR = 8;

  private final AtomicLongArray byType = new AtomicLongArray(TYPES);
  private final AtomicIntegerArray directoriesByGroup;
  private final AtomicLong fragmentedFiles = new AtomicLong();
  private final AtomicLong fragments = new AtomicLong();

  FsckStatistics(int groupCount) {
    directoriesByGroup = new AtomicIntegerArray(groupCount);
  }

  void count(int type, int group) {
    byType.incrementAndGet(type);
    if (type == DIRECTORY) {
      directoriesByGroup.incrementAndGet(group);
    }
  }

  /** Adds regular files that were counted by one thread. */
  void addFiles(long files, long fragmented, long runs) {
    byType.addAndGet(REGULAR, files);
    fragmentedFiles.addAndGet(fragmented);
    fragments.addAndGet(runs);
  }

  void addFragments(long runs) {
    fragments.addAndGet(runs);
    if (runs > 1) {
      fragmentedFiles.incrementAndGet();
    }
  }

  int directories(int group) {
    return directoriesByGroup.get(group);
  }

  /** Returns the number of inodes of a type, which is the upper four bits of {@code i_mode}. */
  public long inodes(int type) {
    return byType.get(type);
  }

  /** Returns the number of inodes in use. */
  public long inodes() {
    long count = 0;
    for (int type = 0; type < TYPES; type++) {
      count += byType.get(type);
    }
    return count;
  }

  /** Returns the number of regular files that have more than one run of blocks on disk. */
  public long fragmentedFiles() {
    return fragmentedFiles.get();
  }

  /** Returns the number of runs of blocks of all regular files. */
  public long fragments() {
    return fragments.get();
  }
}
