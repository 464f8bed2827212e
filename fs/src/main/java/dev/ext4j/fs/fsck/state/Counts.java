package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.fsck.FsckStatistics;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The statistics that the passes collect. Any number of threads may count. */
public final class Counts implements FsckStatistics {
  private static final int TYPES = 16;
  private static final int DIRECTORY = 4;
  private static final int REGULAR = 8;

  private final AtomicLongArray byType = new AtomicLongArray(TYPES);
  private final AtomicIntegerArray directoriesByGroup;
  private final AtomicLong fragmentedFiles = new AtomicLong();
  private final AtomicLong fragments = new AtomicLong();

  /** Creates statistics in which all counts are 0. */
  public Counts(int groupCount) {
    directoriesByGroup = new AtomicIntegerArray(groupCount);
  }

  /** Counts an inode of a type, in a group. */
  public void count(int type, int group) {
    byType.incrementAndGet(type);
    if (type == DIRECTORY) {
      directoriesByGroup.incrementAndGet(group);
    }
  }

  /** Adds regular files that were counted by one thread. */
  public void addFiles(long files, long fragmented, long runs) {
    byType.addAndGet(REGULAR, files);
    fragmentedFiles.addAndGet(fragmented);
    fragments.addAndGet(runs);
  }

  /** Adds the runs of blocks of one file. Does not count the file itself. */
  public void addFragments(long runs) {
    fragments.addAndGet(runs);
    if (runs > 1) {
      fragmentedFiles.incrementAndGet();
    }
  }

  /** Returns the number of directories in a group. */
  public int directories(int group) {
    return directoriesByGroup.get(group);
  }

  @Override
  public long inodes(int type) {
    return byType.get(type);
  }

  @Override
  public long inodes() {
    long count = 0;
    for (int type = 0; type < TYPES; type++) {
      count += byType.get(type);
    }
    return count;
  }

  @Override
  public long fragmentedFiles() {
    return fragmentedFiles.get();
  }

  @Override
  public long fragments() {
    return fragments.get();
  }
}
