package dev.ext4j.fs.fsck;

/**
 * What is found of the hash tree of one directory, block by block, in whatever order they are read:
 * the hashes of the names in each leaf, and what index blocks say of each block below them. At the
 * end both are compared.
 */
final class HashTreeMap {
  /** What a block is. */
  enum Kind {
    MISSING,
    ROOT,
    NODE,
    LEAF
  }

  /** A limit that is that of the index block. */
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
   * Of a directory.
   *
   * @param blockCount its length
   * @param hashVersion the code of the hash function that its root names, whether it is known or
   *     not
   */
  HashTreeMap(int blockCount, int hashVersion) {
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

  /** Says that nothing can be told of the tree: what is wrong has been said. */
  synchronized void setBroken() {
    broken = true;
  }

  /** Notes the root. */
  synchronized void root(int indirectLevels) {
    kinds[0] = Kind.ROOT;
    depth = indirectLevels;
    references[0] = 1;
    upperLimit[0] = NO_LIMIT;
    lowerLimit[0] = 0;
  }

  /** The code of the hash function. */
  int hashVersion() {
    return hashVersion;
  }

  /** Notes an index block. */
  synchronized void node(int block) {
    kinds[block] = Kind.NODE;
  }

  /**
   * Notes a leaf with the lowest and the highest hash of its names; the former is higher if none.
   */
  synchronized void leaf(int block, long lowestHash, long highestHash) {
    kinds[block] = Kind.LEAF;
    lowest[block] = lowestHash;
    highest[block] = highestHash;
  }

  /**
   * Notes what an index block says of a block below it.
   *
   * @param from the index block
   * @param lower lowest hash that the block may hold, {@link #AS_ABOVE} for the first one
   * @param upper hash that the next one begins with, {@link #AS_ABOVE} for the last one
   * @return false if there is no such block
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

  /** Compares, and reports at most one problem of each kind of a block. */
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

  /** A block's limits are those of all index blocks above it. */
  private void range(int block, long inode, ProblemLog log) {
    long lower = limit(lowerLimit, block) & ~1L;
    long upper = limit(upperLimit, block);
    // An odd hash says that names with the even one before it go on behind it.
    long last = upper == NO_LIMIT ? NO_LIMIT : upper - 1;
    if (lowest[block] < lower) {
      range(block, inode, log, lowest[block], lower);
    } else if (highest[block] > last) {
      range(block, inode, log, highest[block], last);
    }
  }

  /** A limit of a block that has a way up to the root. */
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

  /** Levels from a block up to the root, -1 if it goes in circles or does not get there. */
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
