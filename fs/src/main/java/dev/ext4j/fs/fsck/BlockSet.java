package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.Geometry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of clusters of the file system, into which any number of threads may put some at once. A
 * group of which nothing is in the set takes no memory; any other one bit a cluster.
 */
final class BlockSet {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final Geometry geometry;
  private final int wordsPerGroup;
  private final AtomicReferenceArray<long[]> groups;

  /** An empty set. */
  BlockSet(Geometry geometry) {
    this.geometry = geometry;
    this.wordsPerGroup = (int) ((geometry.clustersPerGroup() + Long.SIZE - 1) / Long.SIZE);
    this.groups = new AtomicReferenceArray<>(geometry.groupCount());
  }

  /**
   * Puts the clusters of blocks {@code [first, first + count)} into the set, all of which must lie
   * inside the file system.
   *
   * @param repeated gets those that were in the set before; null if nobody wants to know
   * @return how many were in the set before
   */
  long add(long first, long count, @org.jspecify.annotations.Nullable BlockSet repeated) {
    long end = first + count;
    long before = 0;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      int from = (int) ((at - start) >>> geometry.clusterRatioBits());
      int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
      before += add(group, from, to, repeated);
      at = groupEnd;
    }
    return before;
  }

  private long add(
      int group, int from, int to, @org.jspecify.annotations.Nullable BlockSet repeated) {
    long[] words = words(group);
    long before = 0;
    for (int at = from; at < to; ) {
      int word = at >>> 6;
      int wordEnd = Math.min(to, (word + 1) << 6);
      long mask = -1L << at & -1L >>> -wordEnd;
      long old = (long) WORD.getAndBitwiseOr(words, word, mask) & mask;
      if (old != 0) {
        before += Long.bitCount(old);
        if (repeated != null) {
          WORD.getAndBitwiseOr(repeated.words(group), word, old);
        }
      }
      at = wordEnd;
    }
    return before;
  }

  private long[] words(int group) {
    long[] words = groups.get(group);
    if (words == null) {
      long[] fresh = new long[wordsPerGroup];
      words = groups.compareAndExchange(group, null, fresh);
      if (words == null) {
        return fresh;
      }
    }
    return words;
  }

  /** Whether the cluster of a block is in the set. */
  boolean contains(long block) {
    int group = geometry.groupOf(block);
    int cluster = (int) ((block - geometry.groupStart(group)) >>> geometry.clusterRatioBits());
    long[] words = groups.get(group);
    return words != null && (words[cluster >>> 6] & 1L << cluster) != 0;
  }

  /** The first block of {@code [first, first + count)} whose cluster is in the set, or -1. */
  long firstIn(long first, long count) {
    long end = first + count;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      long[] words = groups.get(group);
      if (words != null) {
        int from = (int) ((at - start) >>> geometry.clusterRatioBits());
        int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
        for (int bit = from; bit < to; ) {
          int wordEnd = Math.min(to, ((bit >>> 6) + 1) << 6);
          long word = words[bit >>> 6] & -1L << bit & -1L >>> -wordEnd;
          if (word != 0) {
            long cluster = (bit & ~63L) + Long.numberOfTrailingZeros(word);
            return Math.max(at, start + (cluster << geometry.clusterRatioBits()));
          }
          bit = wordEnd;
        }
      }
      at = groupEnd;
    }
    return -1;
  }

  /** How many clusters of blocks {@code [first, first + count)} are in the set. */
  long countIn(long first, long count) {
    long end = first + count;
    long counted = 0;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      long[] words = groups.get(group);
      if (words != null) {
        int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
        for (int bit = (int) ((at - start) >>> geometry.clusterRatioBits()); bit < to; ) {
          int wordEnd = Math.min(to, ((bit >>> 6) + 1) << 6);
          counted += Long.bitCount(words[bit >>> 6] & -1L << bit & -1L >>> -wordEnd);
          bit = wordEnd;
        }
      }
      at = groupEnd;
    }
    return counted;
  }

  /**
   * Copies the clusters of a group, a bit each, to the start of an array, and clears what follows.
   *
   * @return whether any may be in the set
   */
  boolean copyTo(int group, long[] target) {
    long[] words = groups.get(group);
    int count = words == null ? 0 : words.length;
    if (words != null) {
      System.arraycopy(words, 0, target, 0, count);
    }
    Arrays.fill(target, count, target.length, 0);
    return words != null;
  }

  /** Whether nothing is in the set. */
  boolean isEmpty() {
    for (int group = 0; group < groups.length(); group++) {
      if (groups.get(group) != null) {
        return false;
      }
    }
    return true;
  }
}
