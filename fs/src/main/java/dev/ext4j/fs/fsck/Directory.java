package dev.ext4j.fs.fsck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/** What is known of one directory. Its blocks may be looked at by several threads at once. */
final class Directory {
  private final long inode;
  private final int checksumSeed;
  private final boolean encrypted;
  private final boolean caseFolded;
  private final @Nullable HashTreeMap tree;

  private volatile long parentByDots;

  @GuardedBy("this")
  private long parent;

  /**
   * A directory.
   *
   * @param checksumSeed that the checksums of its blocks start from
   * @param tree what is found of its hash tree, null where it has none
   */
  Directory(
      long inode,
      int checksumSeed,
      boolean encrypted,
      boolean caseFolded,
      @Nullable HashTreeMap tree) {
    this.inode = inode;
    this.checksumSeed = checksumSeed;
    this.encrypted = encrypted;
    this.caseFolded = caseFolded;
    this.tree = tree;
  }

  long inode() {
    return inode;
  }

  int checksumSeed() {
    return checksumSeed;
  }

  boolean isEncrypted() {
    return encrypted;
  }

  boolean isCaseFolded() {
    return caseFolded;
  }

  @Nullable HashTreeMap tree() {
    return tree;
  }

  /** Notes what its entry {@code ..} names. */
  void setParentByDots(long number) {
    parentByDots = number;
  }

  /** What its entry {@code ..} names, 0 for none. */
  long parentByDots() {
    return parentByDots;
  }

  /**
   * Notes a directory that has an entry for this one.
   *
   * @return the one that was noted before, which stays, or 0
   */
  synchronized long addParent(long number) {
    if (parent == 0) {
      parent = number;
      return 0;
    }
    return parent;
  }

  /** The directory that has an entry for this one, 0 for none. */
  synchronized long parent() {
    return parent;
  }
}
