package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.table.Ints;
import dev.ext4j.fs.fsck.table.Memory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of all directories, sorted by inode number. It is complete when all inodes have been
 * read. The table uses twenty bytes for each directory, because there may be many millions of
 * directories. Any number of threads may add to the table at the same time.
 */
public final class Directories {
  private static final int ENCRYPTED = 1;
  private static final int CASE_FOLDED = 2;
  private static final int LOCKS = 64;

  private final Ints inodes;
  private final Ints seeds;
  private final Ints flags;
  private final Ints parents;
  private final Ints parentsByDots;
  private final DirectoryRuns runs;
  private final Map<Long, HashTreeMap> trees;
  private final Map<Long, List<OtherEntry>> others = new ConcurrentHashMap<>();
  private final Set<Long> linear = ConcurrentHashMap.newKeySet();
  private final Object[] locks = new Object[LOCKS];

  /**
   * One of several entries for the same directory. Its name is null if the entry was found first,
   * because the table does not keep the name of the first entry.
   */
  private record OtherEntry(long directory, @Nullable String name) {}

  /**
   * The directories that one thread has found. {@link #of} joins the directories of all threads.
   */
  public static final class Found {
    private final Ints inodes;
    private final Ints seeds;
    private final Ints flags;
    private final DirectoryRuns.Found runs;
    private final Map<Long, HashTreeMap> trees;

    /**
     * Creates an empty table. All threads share the map of hash trees, because few directories have
     * one.
     */
    public Found(Memory memory, Map<Long, HashTreeMap> trees) {
      this.inodes = new Ints(memory);
      this.seeds = new Ints(memory);
      this.flags = new Ints(memory);
      this.runs = new DirectoryRuns.Found(memory);
      this.trees = trees;
    }

    /**
     * Adds a directory. Its inode number is higher than the numbers of the directories added
     * before.
     *
     * @param checksumSeed the seed of the checksums of its blocks
     * @param tree the record of the results about its hash tree, null if it has none
     */
    public void add(
        long inode,
        int checksumSeed,
        boolean encrypted,
        boolean caseFolded,
        @Nullable HashTreeMap tree) {
      inodes.add((int) inode);
      seeds.add(checksumSeed);
      flags.add((encrypted ? ENCRYPTED : 0) | (caseFolded ? CASE_FOLDED : 0));
      if (tree != null) {
        trees.put(inode, tree);
      }
    }

    /** Returns the runs of blocks of these directories. */
    public DirectoryRuns.Found runs() {
      return runs;
    }
  }

  private Directories(Memory memory, DirectoryRuns runs, Map<Long, HashTreeMap> trees, long count) {
    this.inodes = new Ints(memory);
    this.seeds = new Ints(memory);
    this.flags = new Ints(memory);
    this.parents = Ints.zeros(memory, count);
    this.parentsByDots = Ints.zeros(memory, count);
    this.runs = runs;
    this.trees = trees;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /**
   * Joins the directories that the threads have found. The directories of each thread are already
   * sorted.
   */
  public static Directories of(FsckState state, List<Found> parts) {
    long count = 0;
    List<DirectoryRuns.Found> runs = new ArrayList<>();
    for (Found part : parts) {
      count += part.inodes.size();
      runs.add(part.runs);
    }
    Memory memory = state.memory();
    Directories all =
        new Directories(memory, DirectoryRuns.of(state, runs), parts.get(0).trees, count);
    long[] next = new long[parts.size()];
    for (long i = 0; i < count; i++) {
      int first = -1;
      for (int part = 0; part < next.length; part++) {
        if (next[part] < parts.get(part).inodes.size()
            && (first < 0 || inode(parts, next, part) < inode(parts, next, first))) {
          first = part;
        }
      }
      Found from = parts.get(first);
      all.inodes.add(from.inodes.get(next[first]));
      all.seeds.add(from.seeds.get(next[first]));
      all.flags.add(from.flags.get(next[first]));
      next[first]++;
    }
    return all;
  }

  private static long inode(List<Found> parts, long[] next, int part) {
    return parts.get(part).inodes.get(next[part]) & 0xFFFFFFFFL;
  }

  /** Returns the runs of blocks of all directories. */
  DirectoryRuns runs() {
    return runs;
  }

  long count() {
    return inodes.size();
  }

  /** Returns the directory at an index in the order of inode numbers. */
  public Directory at(long index) {
    long inode = inode(index);
    int flag = flags.get(index);
    return new Directory(
        index,
        inode,
        seeds.get(index),
        (flag & ENCRYPTED) != 0,
        (flag & CASE_FOLDED) != 0,
        trees.isEmpty() ? null : trees.get(inode));
  }

  /** Returns the inode number of the directory at an index. */
  long inode(long index) {
    return inodes.get(index) & 0xFFFFFFFFL;
  }

  /**
   * Returns the index of a directory in the order of inode numbers, or -1 if the inode is not a
   * directory. The search interpolates, which is fast where inode numbers are close to each other.
   * Every second guess is the middle instead, so that unevenly spread numbers cost at most twice
   * the time of a binary search.
   */
  public long indexOf(long inode) {
    long from = 0;
    long to = count() - 1;
    if (to < 0) {
      return -1;
    }
    long lowest = inode(from);
    long highest = inode(to);
    boolean guess = true;
    while (lowest <= inode && inode <= highest) {
      if (inode == lowest) {
        return from;
      }
      if (inode == highest) {
        return to;
      }
      long at =
          guess ? from + (inode - lowest) * (to - from) / (highest - lowest) : (from + to) >>> 1;
      guess = !guess;
      long found = inode(at);
      if (found == inode) {
        return at;
      }
      if (found < inode) {
        from = at + 1;
        lowest = inode(from);
      } else {
        to = at - 1;
        highest = inode(to);
      }
    }
    return -1;
  }

  /** Records a directory of several blocks without a hash tree. */
  void noteLinear(long inode) {
    linear.add(inode);
  }

  /** Returns the directories of several blocks without a hash tree, sorted. */
  public List<Long> linear() {
    return linear.stream().sorted().toList();
  }

  /** Records the inode that the entry {@code ..} of the directory at an index refers to. */
  void setParentByDots(long index, long parent) {
    parentsByDots.set(index, (int) parent);
  }

  /**
   * Returns the inode that the entry {@code ..} of the directory at an index refers to, or 0 if
   * there is none.
   */
  long parentByDots(long index) {
    return parentsByDots.get(index) & 0xFFFFFFFFL;
  }

  /**
   * Returns the directory that contains an entry for the directory at an index, or 0 if there is
   * none.
   */
  long parent(long index) {
    return parents.get(index) & 0xFFFFFFFFL;
  }

  /**
   * Records an entry for a directory in another directory.
   *
   * @param inode the directory that the entry refers to
   * @param parent the directory that contains the entry
   * @param at the offset of its record in the block
   */
  void addParent(long inode, long parent, byte[] block, int at) {
    long index = indexOf(inode);
    if (index < 0) {
      return;
    }
    synchronized (locks[(int) index & (LOCKS - 1)]) {
      if (parents.get(index) == 0) {
        parents.set(index, (int) parent);
        return;
      }
      others
          .computeIfAbsent(inode, key -> new ArrayList<>())
          .add(new OtherEntry(parent, EntryCheck.name(block, at)));
    }
  }

  /**
   * Chooses the valid entry of each directory for which several entries were found, and reports the
   * other entries. The valid entry is the one in the directory that {@code ..} refers to, otherwise
   * the one in the directory with the lowest inode number. The choice does not depend on the order
   * in which the entries were found. Also compares hash trees with the blocks that were found.
   */
  void settle(ProblemLog log) {
    for (Map.Entry<Long, List<OtherEntry>> entry : others.entrySet()) {
      settle(entry.getKey(), entry.getValue(), log);
    }
    others.clear();
    for (Map.Entry<Long, HashTreeMap> entry : trees.entrySet()) {
      entry.getValue().report(entry.getKey(), log);
    }
  }

  private void settle(long inode, List<OtherEntry> entries, ProblemLog log) {
    long index = indexOf(inode);
    long byDots = parentByDots(index);
    entries.add(new OtherEntry(parent(index), null));
    entries.sort(
        Comparator.comparing((OtherEntry entry) -> entry.directory() != byDots)
            .thenComparingLong(OtherEntry::directory)
            .thenComparing(entry -> String.valueOf(entry.name())));
    parents.set(index, (int) entries.get(0).directory());
    for (OtherEntry entry : entries.subList(1, entries.size())) {
      Problem problem = Problem.of(ProblemCode.ENTRY_TO_DIRECTORY, entry.directory()).found(inode);
      log.add(entry.name() == null ? problem : problem.name(entry.name()));
    }
  }
}
