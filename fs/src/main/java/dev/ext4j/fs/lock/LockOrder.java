package dev.ext4j.fs.lock;

import dev.ext4j.fs.probe.Probes;

/**
 * The lock order of one file system. It creates all locks of the file system except the page locks.
 * A thread holds locks of only one lock order at a time, because there is no order between the
 * locks of two file systems.
 */
public final class LockOrder {
  private final String name;
  private final Probes probes;

  /**
   * Creates the order of a file system.
   *
   * @param name the name of the file system in messages
   */
  public LockOrder(String name, Probes probes) {
    this.name = name;
    this.probes = probes;
  }

  /** Returns a new lock that does not belong to an inode. Messages contain its name. */
  public RankedLock lock(Rank rank, String lockName) {
    return lock(rank, 0, lockName);
  }

  /** Returns a new lock of an inode. Messages contain its name and the inode number. */
  public RankedLock lock(Rank rank, long inodeNumber, String lockName) {
    return new RankedLock(this, rank, inodeNumber, lockName);
  }

  /** Returns the probes of the file system. They also observe the locks. */
  public Probes probes() {
    return probes;
  }

  /** Returns the name of the file system. */
  @Override
  public String toString() {
    return name;
  }
}
