package dev.ext4j.fs.journal;

import dev.ext4j.fs.format.Geometry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clusters that a transaction has freed. They stay marked as taken in the bitmaps until the
 * transaction commits, so that nobody can be given a block whose old owner is still the owner on
 * disk. Takes one bit for each cluster of a group in which something was freed.
 */
public final class FreedSpace {
  private final TreeMap<Integer, Group> groups = new TreeMap<>();
  private final List<Run> undo = new ArrayList<>();

  private record Run(int group, int first, int count) {}

  /** What was freed in one group. */
  public static final class Group {
    private final long[] bits;
    private int count;

    private Group(int clustersPerGroup) {
      bits = new long[(clustersPerGroup + 63) / 64];
    }

    /** How many clusters were freed. */
    public int count() {
      return count;
    }

    /** Whether a cluster, counted within the group, was freed. */
    public boolean contains(int cluster) {
      return (bits[cluster >> 6] & 1L << cluster) != 0;
    }

    /** 64 clusters from {@code 64 * index} on, one bit each. */
    public long word(int index) {
      return bits[index];
    }

    /** How many words there are. */
    public int wordCount() {
      return bits.length;
    }

    /** Receives runs of freed clusters. */
    public interface RunVisitor {
      /** A run, counted within the group. */
      void run(int first, int clusterCount) throws IOException;
    }

    /** Shows all runs, ascending. */
    public void forEachRun(RunVisitor visitor) throws IOException {
      int end = bits.length * 64;
      for (int at = 0; at < end; ) {
        if (!contains(at)) {
          at = bits[at >> 6] == 0 ? nextWord(at) : at + 1;
          continue;
        }
        int first = at;
        while (at < end && contains(at)) {
          at++;
        }
        visitor.run(first, at - first);
      }
    }

    private void flip(int first, int clusterCount) {
      int end = first + clusterCount;
      for (int at = first; at < end; at = nextWord(at)) {
        bits[at >> 6] ^= mask(at, end);
      }
    }

    private boolean containsAny(int first, int clusterCount) {
      int end = first + clusterCount;
      for (int at = first; at < end; at = nextWord(at)) {
        if ((bits[at >> 6] & mask(at, end)) != 0) {
          return true;
        }
      }
      return false;
    }

    private static int nextWord(int at) {
      return (at | 63) + 1;
    }

    /** The bits of {@code [at, end)} within the word of {@code at}. */
    private static long mask(int at, int end) {
      long fromAt = -1L << at;
      return nextWord(at) <= end ? fromAt : fromAt & ~(-1L << end);
    }
  }

  /**
   * Adds clusters.
   *
   * @param first first cluster, counted within the group
   * @return false, without adding any, if one of them was freed before in this transaction
   */
  public boolean add(int group, int first, int count, int clustersPerGroup) {
    Group freed = groups.computeIfAbsent(group, g -> new Group(clustersPerGroup));
    if (freed.containsAny(first, count)) {
      return false;
    }
    freed.flip(first, count);
    freed.count += count;
    undo.add(new Run(group, first, count));
    return true;
  }

  /** Whether a block lies in a cluster that was freed. */
  public boolean contains(long blockNumber, Geometry geometry) {
    if (groups.isEmpty() || !geometry.containsBlocks(blockNumber, 1)) {
      return false;
    }
    int number = geometry.groupOf(blockNumber);
    Group group = groups.get(number);
    long inGroup = blockNumber - geometry.groupStart(number);
    return group != null && group.contains((int) (inGroup >>> geometry.clusterRatioBits()));
  }

  /** The numbers of the groups in which something was freed, ascending. */
  public int[] groupNumbers() {
    return groups.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /** What was freed in a group of {@link #groupNumbers}. */
  public Group group(int number) {
    Group group = groups.get(number);
    if (group == null) {
      throw new IllegalArgumentException("nothing was freed in group " + number);
    }
    return group;
  }

  /** How many blocks were freed. */
  long blockCount(Geometry geometry) {
    long clusters = 0;
    for (Group group : groups.values()) {
      clusters += group.count;
    }
    return clusters << geometry.clusterRatioBits();
  }

  /** Receives runs of freed blocks. */
  interface BlockRunVisitor {
    /** A run of blocks of the file system. */
    void run(long firstBlock, int blockCount) throws IOException;
  }

  /** Shows all runs of blocks, ascending; each lies in one group. */
  void forEachBlockRun(Geometry geometry, BlockRunVisitor visitor) throws IOException {
    int bits = geometry.clusterRatioBits();
    for (Map.Entry<Integer, Group> entry : groups.entrySet()) {
      long start = geometry.groupStart(entry.getKey());
      entry
          .getValue()
          .forEachRun((first, count) -> visitor.run(start + ((long) first << bits), count << bits));
    }
  }

  /** How many groups there are. */
  public int groupCount() {
    return groups.size();
  }

  /** Whether a group already counts. */
  public boolean hasGroup(int number) {
    return groups.containsKey(number);
  }

  /** Forgets how to undo: what was freed so far is final. */
  void settle() {
    undo.clear();
  }

  /** Takes back everything since the last {@link #settle}. */
  public void rollback() {
    for (Run run : undo) {
      Group group = group(run.group);
      group.flip(run.first, run.count);
      group.count -= run.count;
    }
    undo.clear();
    groups.values().removeIf(group -> group.count == 0);
  }

  @Override
  public String toString() {
    return "freed in groups " + Arrays.toString(groupNumbers());
  }
}
