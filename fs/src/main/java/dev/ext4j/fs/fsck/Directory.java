package dev.ext4j.fs.fsck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  @GuardedBy("this")
  private @Nullable List<Other> others;

  /** One more entry; the name of the one that was found first is not kept. */
  private record Other(long directory, @Nullable String name) {}

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

  /** Notes an entry for this one in a directory: the record at a place in a block. */
  synchronized void addParent(long number, byte[] block, int at) {
    if (parent == 0) {
      parent = number;
      return;
    }
    if (others == null) {
      others = new ArrayList<>();
    }
    others.add(new Other(number, EntryCheck.name(block, at)));
  }

  /**
   * Settles which of several entries counts, whatever order they were found in: the one in the
   * directory that {@code ..} names, else in the one with the lowest number. All others are
   * reported.
   */
  synchronized void settle(ProblemLog log) {
    if (others == null) {
      return;
    }
    others.add(new Other(parent, null));
    others.sort(
        Comparator.comparing((Other other) -> other.directory() != parentByDots)
            .thenComparingLong(Other::directory)
            .thenComparing(other -> String.valueOf(other.name())));
    parent = others.get(0).directory();
    for (Other other : others.subList(1, others.size())) {
      Problem problem = Problem.of(ProblemCode.ENTRY_TO_DIRECTORY, other.directory()).found(inode);
      log.add(other.name() == null ? problem : problem.name(other.name()));
    }
    others = null;
  }

  /** The directory that has an entry for this one, 0 for none. */
  synchronized long parent() {
    return parent;
  }
}
