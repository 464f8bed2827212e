package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.ProblemLog;

/**
 * A record of the results about the hash tree of one directory. The blocks of the directory are
 * read in any order. The record contains the lowest and the highest hash of the names in each leaf.
 * It also contains the limits that the index block above gives each block. At the end the hashes
 * are compared with the limits.
 */
public final class HashTreeMap {
  /** The kind of a block. */
  enum Kind {
    MISSING,
    ROOT,
    NODE,
    LEAF
  }

  /** A limit that is the same as the limit of the index block above. */
  static final long AS_ABOVE = -1;

  private static final long NO_LIMIT = 0xFFFFFFFFL;

  private final Kind[] kinds;
  private final long[] lowest;
  private final long[] highest;
  private final long[] lowerLimit;
  private final long[] upperLimit;
  private final int[] parent;
  private final byte[] references;
  private int depth;
  private final int hashVersion;
  private boolean broken;

  /**
   * Creates an empty record of the blocks of a directory.
   *
   * @param blockCount the number of blocks of the directory
   * @param hashVersion the code of the hash function in its root, whether the code is known or not
   */
  public HashTreeMap(int blockCount, int hashVersion) {
    this.hashVersion = hashVersion;
    kinds = new Kind[blockCount];
    java.util.Arrays.fill(kinds, Kind.MISSING);
    lowest = new long[blockCount];
    highest = new long[blockCount];
    lowerLimit = new long[blockCount];
    upperLimit = new long[blockCount];
    parent = new int[blockCount];
    references = new byte[blockCount];
  }

  int blockCount() {
    return kinds.length;
  }

  /** Ends the check of the tree, whose damage has been reported. */
  synchronized void setBroken() {
    broken = true;
  }

  /** Records the root. */
  synchronized void root(int indirectLevels) {
    kinds[0] = Kind.ROOT;
    depth = indirectLevels;
    references[0] = 1;
    upperLimit[0] = NO_LIMIT;
    lowerLimit[0] = 0;
  }

  /** Returns the code of the hash function. */
  int hashVersion() {
    return hashVersion;
  }

  /** Records an index block. */
  synchronized void node(int block) {
    kinds[block] = Kind.NODE;
  }

  /**
   * Records a leaf with the lowest and the highest hash of its names. If the leaf has no names,
   * {@code lowestHash} is greater than {@code highestHash}.
   */
  synchronized void leaf(int block, long lowestHash, long highestHash) {
    kinds[block] = Kind.LEAF;
    lowest[block] = lowestHash;
    highest[block] = highestHash;
  }

  /**
   * Records the entry of an index block that points to a block below it.
   *
   * @param from the index block
   * @param child the block below it
   * @param lower the lowest hash that the block may hold, {@link #AS_ABOVE} for the first entry of
   *     the index block
   * @param upper the hash that the next block begins with, {@link #AS_ABOVE} for the last entry of
   *     the index block
   * @return false if the directory has no such block
   */
  synchronized boolean reference(int from, long child, long lower, long upper) {
    if (child <= 0 || child >= kinds.length) {
      return false;
    }
    int block = (int) child;
    if (references[block] < 2) {
      references[block]++;
    }
    parent[block] = from;
    lowerLimit[block] = lower;
    upperLimit[block] = upper;
    return true;
  }

  /** Compares the blocks with the index and reports at most one problem of each block. */
  synchronized void report(long inode, ProblemLog log) {
    if (broken || kinds.length == 0 || kinds[0] != Kind.ROOT) {
      return;
    }
    for (int block = 1; block < kinds.length; block++) {
      if (kinds[block] == Kind.MISSING) {
        continue;
      }
      if (references[block] != 1) {
        log.add(
            Problem.of(ProblemCode.HASH_TREE_REFERENCE, inode)
                .logical(block)
                .found(references[block])
                .expected(1));
        continue;
      }
      int above = levelsAbove(block);
      boolean leafPlace = above == depth + 1;
      if (above < 0 || leafPlace != (kinds[block] == Kind.LEAF)) {
        log.add(Problem.of(ProblemCode.HASH_TREE_NODE, inode).logical(block).name("depth"));
        continue;
      }
      if (kinds[block] == Kind.LEAF && lowest[block] <= highest[block]) {
        range(block, inode, log);
      }
    }
  }

  /** Checks that the hashes of a leaf are within the limits of all index blocks above it. */
  private void range(int block, long inode, ProblemLog log) {
    long lower = limit(lowerLimit, block) & ~1L;
    long upper = limit(upperLimit, block);
    // An odd limit means that names with the even hash before it are in both adjacent blocks.
    long last = upper == NO_LIMIT ? NO_LIMIT : upper - 1;
    if (lowest[block] < lower) {
      range(block, inode, log, lowest[block], lower);
    } else if (highest[block] > last) {
      range(block, inode, log, highest[block], last);
    }
  }

  /** Returns a limit of a block from which references lead up to the root. */
  private long limit(long[] limits, int block) {
    int at = block;
    while (limits[at] == AS_ABOVE) {
      at = parent[at];
    }
    return limits[at];
  }

  private static void range(int block, long inode, ProblemLog log, long found, long limit) {
    log.add(Problem.of(ProblemCode.HASH_RANGE, inode).logical(block).found(found).expected(limit));
  }

  /**
   * Returns the number of levels from a block up to the root. Returns -1 if the way up does not
   * reach the root, is a cycle, or has more levels than the root declares.
   */
  private int levelsAbove(int block) {
    int levels = 0;
    for (int at = block; at != 0; at = parent[at]) {
      if (++levels > kinds.length || references[at] == 0) {
        return -1;
      }
      if (levels > depth + 1) {
        return -1;
      }
    }
    return levels;
  }
}
