package dev.ext4j.fs.journal;

import dev.ext4j.fs.format.Geometry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clusters that a transaction has freed. These clusters stay marked as allocated in the bitmaps
 * until the transaction commits. Therefore a block is not allocated again while it still belongs to
 * its old owner on disk. Each group in which clusters were freed takes one bit of memory for each
 * of its clusters.
 */
public final class FreedSpace {
  private final TreeMap<Integer, Group> groups = new TreeMap<>();
  private final List<Run> undo = new ArrayList<>();

  private record Run(int group, int first, int count) {}

  /** The clusters that were freed in one group. */
  public static final class Group {
    private final long[] bits;
    private int count;

    private Group(int clustersPerGroup) {
      bits = new long[(clustersPerGroup + 63) / 64];
    }

    /** Returns the number of freed clusters. */
    public int count() {
      return count;
    }

    /** Returns whether a cluster was freed; clusters are numbered within the group. */
    public boolean contains(int cluster) {
      return (bits[cluster >> 6] & 1L << cluster) != 0;
    }

    /**
     * Returns the bits of 64 clusters, starting at cluster {@code 64 * index}. A set bit means that
     * the cluster was freed.
     */
    public long word(int index) {
      return bits[index];
    }

    /** Returns the number of valid indexes of {@link #word}. */
    public int wordCount() {
      return bits.length;
    }

    /** A receiver for runs of freed clusters. */
    public interface RunVisitor {
      /** Receives a run; clusters are numbered within the group. */
      void run(int first, int clusterCount) throws IOException;
    }

    /** Calls a visitor for all runs, in ascending order. */
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

    /** Returns the bits of {@code [at, end)} within the word of {@code at}. */
    private static long mask(int at, int end) {
      long fromAt = -1L << at;
      return nextWord(at) <= end ? fromAt : fromAt & ~(-1L << end);
    }
  }

  /**
   * Adds clusters to those that the transaction has freed.
   *
   * @param first the first cluster, numbered within the group
   * @return false if one of the clusters was already freed in this transaction; in that case no
   *     cluster is added
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

  /** Returns whether a block is in a cluster that was freed. */
  public boolean contains(long blockNumber, Geometry geometry) {
    if (groups.isEmpty() || !geometry.containsBlocks(blockNumber, 1)) {
      return false;
    }
    int number = geometry.groupOf(blockNumber);
    Group group = groups.get(number);
    long inGroup = blockNumber - geometry.groupStart(number);
    return group != null && group.contains((int) (inGroup >>> geometry.clusterRatioBits()));
  }

  /** Returns the numbers of the groups in which clusters were freed, in ascending order. */
  public int[] groupNumbers() {
    return groups.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the freed clusters of a group of {@link #groupNumbers}. */
  public Group group(int number) {
    Group group = groups.get(number);
    if (group == null) {
      throw new IllegalArgumentException("nothing was freed in group " + number);
    }
    return group;
  }

  /** Returns the number of freed blocks. */
  long blockCount(Geometry geometry) {
    long clusters = 0;
    for (Group group : groups.values()) {
      clusters += group.count;
    }
    return clusters << geometry.clusterRatioBits();
  }

  /** A receiver for runs of freed blocks. */
  interface BlockRunVisitor {
    /** Receives a run of blocks of the file system. */
    void run(long firstBlock, int blockCount) throws IOException;
  }

  /** Calls a visitor for all runs of blocks, in ascending order. Each run is within one group. */
  void forEachBlockRun(Geometry geometry, BlockRunVisitor visitor) throws IOException {
    int bits = geometry.clusterRatioBits();
    for (Map.Entry<Integer, Group> entry : groups.entrySet()) {
      long start = geometry.groupStart(entry.getKey());
      entry
          .getValue()
          .forEachRun((first, count) -> visitor.run(start + ((long) first << bits), count << bits));
    }
  }

  /** Returns the number of groups in which clusters were freed. */
  public int groupCount() {
    return groups.size();
  }

  /** Returns whether clusters of a group were freed. */
  public boolean hasGroup(int number) {
    return groups.containsKey(number);
  }

  /** Drops the undo records: the clusters freed so far can no longer be undone. */
  void settle() {
    undo.clear();
  }

  /** Undoes all additions since the last {@link #settle}. */
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
