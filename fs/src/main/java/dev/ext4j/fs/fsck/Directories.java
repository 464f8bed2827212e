package dev.ext4j.fs.fsck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All directories, once the inodes have been gone through, in the order of their inodes. Twenty
 * bytes each, in tables: there may be many millions. Any number of threads may note what they find.
 */
final class Directories {
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

  /** One more entry for a directory; the name of the one that was found first is not kept. */
  private record OtherEntry(long directory, @Nullable String name) {}

  /** What one thread has found; joined by {@link #of}. */
  static final class Found {
    private final Ints inodes;
    private final Ints seeds;
    private final Ints flags;
    private final DirectoryRuns.Found runs;
    private final Map<Long, HashTreeMap> trees;

    /** Nothing yet; all threads share the map of hash trees, which few directories have. */
    Found(Memory memory, Map<Long, HashTreeMap> trees) {
      this.inodes = new Ints(memory);
      this.seeds = new Ints(memory);
      this.flags = new Ints(memory);
      this.runs = new DirectoryRuns.Found(memory);
      this.trees = trees;
    }

    /**
     * Adds a directory, whose inode comes behind those that were added before.
     *
     * @param checksumSeed that the checksums of its blocks start from
     * @param tree for what is found of its hash tree, null where it has none
     */
    void add(
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

    /** The pieces that they lie in. */
    DirectoryRuns.Found runs() {
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

  /** All that was found; each part is in order already. */
  static Directories of(FsckState state, List<Found> parts) {
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

  /** The pieces that they lie in. */
  DirectoryRuns runs() {
    return runs;
  }

  long count() {
    return inodes.size();
  }

  /** The directory at a place in the order of inodes. */
  Directory at(long index) {
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

  /** The inode of the directory at a place. */
  long inode(long index) {
    return inodes.get(index) & 0xFFFFFFFFL;
  }

  /**
   * The place of a directory in the order of inodes, negative if it is none. Where inodes are close
   * to each other it is guessed from the numbers; every second guess is the middle, so that numbers
   * that mislead cost no more than twice the time.
   */
  long indexOf(long inode) {
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

  /** Notes a directory of several blocks without a hash tree. */
  void noteLinear(long inode) {
    linear.add(inode);
  }

  /** The directories of several blocks without a hash tree, in order. */
  List<Long> linear() {
    return linear.stream().sorted().toList();
  }

  /** Notes what the entry {@code ..} of the directory at a place names. */
  void setParentByDots(long index, long parent) {
    parentsByDots.set(index, (int) parent);
  }

  /** What the entry {@code ..} of the directory at a place names, 0 for none. */
  long parentByDots(long index) {
    return parentsByDots.get(index) & 0xFFFFFFFFL;
  }

  /** The directory that has an entry for the one at a place, 0 for none. */
  long parent(long index) {
    return parents.get(index) & 0xFFFFFFFFL;
  }

  /** Notes an entry for a directory in another: the record at a place in a block. */
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
   * Settles which of several entries for a directory counts, whatever order they were found in: the
   * one in the directory that {@code ..} names, else in the one with the lowest number. All others
   * are reported. And compares hash trees with what was found of them.
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
