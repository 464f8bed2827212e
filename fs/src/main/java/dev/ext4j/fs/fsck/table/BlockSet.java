package dev.ext4j.fs.fsck.table;

import dev.ext4j.fs.format.Geometry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A set of clusters of the file system. Any number of threads may add clusters at the same time. A
 * group without clusters in the set takes no memory. A group with few runs of clusters stores them
 * as {@link ClusterRuns}. Any other group stores one bit per cluster.
 */
public final class BlockSet {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle WORD_IN_FILE =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * A group switches to a bitmap when it has more than one run per this many clusters. At this
   * number of runs, the bitmap takes eight times the memory of the runs.
   */
  private static final int BITS_PER_RUN = 512;

  private final Geometry geometry;
  private final Memory memory;
  private final int wordsPerGroup;
  private final int mostRunEnds;
  private final AtomicReferenceArray<Object> groups; // int[] runs, long[] or ByteBuffer bits

  /** Creates an empty set. */
  public BlockSet(Geometry geometry, Memory memory) {
    this.geometry = geometry;
    this.memory = memory;
    this.wordsPerGroup = (int) ((geometry.clustersPerGroup() + Long.SIZE - 1) / Long.SIZE);
    this.mostRunEnds = 2 * Math.max(1, wordsPerGroup * Long.SIZE / BITS_PER_RUN);
    this.groups = new AtomicReferenceArray<>(geometry.groupCount());
  }

  /**
   * Adds the clusters of blocks {@code [first, first + count)}, all of which must be inside the
   * file system.
   *
   * @param repeated the set to which the clusters are added that were in this set before; null if
   *     not needed
   * @return the number of clusters that were in this set before
   */
  public long add(long first, long count, @Nullable BlockSet repeated) {
    long end = first + count;
    long before = 0;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      int from = (int) ((at - start) >>> geometry.clusterRatioBits());
      int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
      before += addToGroup(group, from, to, repeated);
      at = groupEnd;
    }
    return before;
  }

  private long addToGroup(int group, int from, int to, @Nullable BlockSet repeated) {
    while (true) {
      Object clusters = groups.get(group);
      if (clusters == null) {
        if (groups.compareAndSet(group, null, ClusterRuns.of(from, to))) {
          return 0;
        }
      } else if (clusters instanceof int[] runs) {
        int[] more = ClusterRuns.with(runs, from, to);
        if (more.length > mostRunEnds) {
          makeBits(group, runs);
        } else if (more == runs || groups.compareAndSet(group, runs, more)) {
          int before = ClusterRuns.countIn(runs, from, to);
          if (before > 0 && repeated != null) {
            repeat(group, runs, from, to, repeated);
          }
          return before;
        }
      } else {
        return addBits(group, clusters, from, to, repeated);
      }
    }
  }

  /** Adds the clusters that are both in a range and in the runs to the set of repeated clusters. */
  private static void repeat(int group, int[] runs, int from, int to, BlockSet repeated) {
    for (int at = 0; at < runs.length && runs[at] < to; at += 2) {
      int first = Math.max(from, runs[at]);
      int end = Math.min(to, runs[at + 1]);
      if (first < end) {
        long unused = repeated.addToGroup(group, first, end, null);
      }
    }
  }

  private void makeBits(int group, int[] runs) {
    long[] words = new long[wordsPerGroup];
    ClusterRuns.fill(runs, words);
    int bytes = wordsPerGroup * Long.BYTES;
    boolean fits = memory.take(bytes);
    Object bits = words;
    if (!fits) {
      ByteBuffer inFile = memory.inFile(bytes);
      inFile.asLongBuffer().put(words);
      bits = inFile;
    }
    if (!groups.compareAndSet(group, runs, bits) && fits) {
      memory.give(bytes);
    }
  }

  private static long addBits(
      int group, Object bits, int from, int to, @Nullable BlockSet repeated) {
    long before = 0;
    for (int at = from; at < to; ) {
      int word = at >>> 6;
      int wordEnd = Math.min(to, (word + 1) << 6);
      long mask = -1L << at & -1L >>> -wordEnd;
      long old =
          mask
              & (bits instanceof long[] words
                  ? (long) WORD.getAndBitwiseOr(words, word, mask)
                  : (long) WORD_IN_FILE.getAndBitwiseOr((ByteBuffer) bits, word << 3, mask));
      if (old != 0) {
        before += Long.bitCount(old);
        if (repeated != null) {
          repeated.addWord(group, word, old);
        }
      }
      at = wordEnd;
    }
    return before;
  }

  private void addWord(int group, int word, long bits) {
    for (long left = bits; left != 0; ) {
      int from = Long.numberOfTrailingZeros(left);
      int length = Long.numberOfTrailingZeros(~(left >>> from));
      long unused = addToGroup(group, (word << 6) + from, (word << 6) + from + length, null);
      left = from + length == Long.SIZE ? 0 : left & -1L << (from + length);
    }
  }

  /** Returns 64 clusters of a group as bits, starting at cluster {@code 64 * index}. */
  private static long word(@Nullable Object clusters, int index) {
    if (clusters == null) {
      return 0;
    }
    if (clusters instanceof int[] runs) {
      return ClusterRuns.word(runs, index);
    }
    return clusters instanceof long[] words
        ? words[index]
        : ((ByteBuffer) clusters).getLong(index << 3);
  }

  /** Returns whether the cluster of a block is in the set. */
  public boolean contains(long block) {
    int group = geometry.groupOf(block);
    int cluster = (int) ((block - geometry.groupStart(group)) >>> geometry.clusterRatioBits());
    return (word(groups.get(group), cluster >>> 6) & 1L << cluster) != 0;
  }

  /**
   * Returns the first block of {@code [first, first + count)} whose cluster is in the set, or -1.
   */
  public long firstIn(long first, long count) {
    long end = first + count;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      Object clusters = groups.get(group);
      if (clusters != null) {
        int from = (int) ((at - start) >>> geometry.clusterRatioBits());
        int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
        for (int bit = from; bit < to; ) {
          int wordEnd = Math.min(to, ((bit >>> 6) + 1) << 6);
          long word = word(clusters, bit >>> 6) & -1L << bit & -1L >>> -wordEnd;
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

  /**
   * Returns the number of clusters of blocks {@code [first, first + count)} that are in the set.
   */
  public long countIn(long first, long count) {
    long end = first + count;
    long counted = 0;
    for (long at = first; at < end; ) {
      int group = geometry.groupOf(at);
      long start = geometry.groupStart(group);
      long groupEnd = Math.min(end, start + geometry.blocksPerGroup());
      int from = (int) ((at - start) >>> geometry.clusterRatioBits());
      int to = (int) ((groupEnd - 1 - start) >>> geometry.clusterRatioBits()) + 1;
      Object clusters = groups.get(group);
      if (clusters instanceof int[] runs) {
        counted += ClusterRuns.countIn(runs, from, to);
      } else if (clusters != null) {
        for (int bit = from; bit < to; ) {
          int wordEnd = Math.min(to, ((bit >>> 6) + 1) << 6);
          counted += Long.bitCount(word(clusters, bit >>> 6) & -1L << bit & -1L >>> -wordEnd);
          bit = wordEnd;
        }
      }
      at = groupEnd;
    }
    return counted;
  }

  /**
   * Copies the clusters of a group, one bit each, to the start of an array, and clears the rest of
   * the array.
   *
   * @return false if no cluster of the group is in the set; true if some may be
   */
  public boolean copyTo(int group, long[] target) {
    Object clusters = groups.get(group);
    int filled = 0;
    if (clusters instanceof long[] words) {
      filled = words.length;
      System.arraycopy(words, 0, target, 0, filled);
    } else if (clusters instanceof ByteBuffer bits) {
      filled = wordsPerGroup;
      bits.asLongBuffer().get(target, 0, filled);
    }
    Arrays.fill(target, filled, target.length, 0);
    if (clusters instanceof int[] runs) {
      ClusterRuns.fill(runs, target);
    }
    return clusters != null;
  }

  /** Returns whether the set is empty. */
  public boolean isEmpty() {
    for (int group = 0; group < groups.length(); group++) {
      if (groups.get(group) != null) {
        return false;
      }
    }
    return true;
  }
}
