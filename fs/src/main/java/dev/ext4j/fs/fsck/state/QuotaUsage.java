package dev.ext4j.fs.fsck.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;

/** The usage that was found for users, groups and projects. Any number of threads may add to it. */
public final class QuotaUsage {
  /** The inodes and bytes of one user, group or project. */
  public static final class Usage {
    private long inodes;
    private long space;

    /**
     * Returns the number of inodes. Each value of an extended attribute in a separate inode is
     * counted as one more inode. No thread may add usage at the same time.
     */
    public long inodes() {
      return inodes;
    }

    /** Returns the allocated space in bytes. No thread may add usage at the same time. */
    public long space() {
      return space;
    }
  }

  @GuardedBy("this")
  private final Map<Long, Usage> users = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Usage> groups = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Usage> projects = new HashMap<>();

  /** Adds the usage of one inode. */
  public synchronized void add(long user, long group, long project, long inodes, long space) {
    add(users, user, inodes, space);
    add(groups, group, inodes, space);
    add(projects, project, inodes, space);
  }

  private static void add(Map<Long, Usage> all, long id, long inodes, long space) {
    Usage usage = all.computeIfAbsent(id, i -> new Usage());
    usage.inodes += inodes;
    usage.space += space;
  }

  /** Returns the usage of all users (kind 0), all groups (kind 1) or all projects (kind 2). */
  public synchronized Map<Long, Usage> of(int kind) {
    return new HashMap<>(kind == 0 ? users : kind == 1 ? groups : projects);
  }
}
