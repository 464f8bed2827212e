package dev.ext4j.fs.fsck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blocks of attributes, which inodes may share, and inodes that hold the value of an attribute: how
 * many users each says that it has, and how many it has.
 */
final class XattrBlocks {
  private static final int LOCKS = 64;

  /** A block of attributes, sound or not. */
  static final class Shared {
    private final @org.jspecify.annotations.Nullable ProblemCode problem;
    private final boolean usable;
    private final long stated;
    private final boolean encryption;
    private final long valueBlocks;
    private final long valueCount;
    private int users;

    /** One that is sound, or has something wrong that leaves it a block of attributes. */
    Shared(
        long stated,
        boolean encryption,
        long valueBlocks,
        long valueCount,
        @org.jspecify.annotations.Nullable ProblemCode problem) {
      this(stated, encryption, valueBlocks, valueCount, problem, true);
    }

    /** One that is none. */
    static Shared unusable(ProblemCode problem) {
      return new Shared(0, false, 0, 0, problem, false);
    }

    private Shared(
        long stated,
        boolean encryption,
        long valueBlocks,
        long valueCount,
        @org.jspecify.annotations.Nullable ProblemCode problem,
        boolean usable) {
      this.problem = problem;
      this.usable = usable;
      this.stated = stated;
      this.valueBlocks = valueBlocks;
      this.valueCount = valueCount;
      this.encryption = encryption;
    }

    /** What is wrong with it, or null. */
    @org.jspecify.annotations.Nullable
    ProblemCode problem() {
      return problem;
    }

    /** Whether it is a block of attributes at all. */
    boolean isUsable() {
      return usable;
    }

    /** Whether the context of an encryption is among the attributes. */
    boolean hasEncryption() {
      return encryption;
    }

    /** Blocks that values in inodes of their own take, which count for each user. */
    long valueBlocks() {
      return valueBlocks;
    }

    /** How many values lie in inodes of their own. */
    long valueCount() {
      return valueCount;
    }

    synchronized void addUser() {
      users++;
    }
  }

  private final Object[] locks = new Object[LOCKS];
  private final Map<Long, Shared> blocks = new ConcurrentHashMap<>();
  private final Map<Long, Long> valueUsers = new ConcurrentHashMap<>();
  private final Map<Long, Long> valueStated = new ConcurrentHashMap<>();

  XattrBlocks() {
    java.util.Arrays.setAll(locks, i -> new Object());
  }

  /** What is known of a block, or null. */
  @org.jspecify.annotations.Nullable
  Shared get(long block) {
    return blocks.get(block);
  }

  /** Notes a block that was read, under {@link #lockOf}. */
  void put(long block, Shared shared) {
    blocks.put(block, shared);
  }

  /** What to hold while a block is read, so that only one thread does it. */
  Object lockOf(long block) {
    return locks[(int) (block % LOCKS)];
  }

  /** Counts a user of an inode that holds a value. */
  void addValueUser(long inode) {
    valueUsers.merge(inode, 1L, Long::sum);
  }

  /** Notes how many users an inode that holds a value says it has. */
  void stateValueUsers(long inode, long count) {
    valueStated.put(inode, count);
  }

  /** Users of an inode that holds a value. */
  long valueUsers(long inode) {
    return valueUsers.getOrDefault(inode, 0L);
  }

  /** Reports counts that are wrong. */
  void report(ProblemLog log) {
    for (Map.Entry<Long, Shared> entry : blocks.entrySet()) {
      Shared shared = entry.getValue();
      if (shared.usable && shared.stated != shared.users) {
        log.add(
            Problem.of(ProblemCode.XATTR_REFERENCES)
                .block(entry.getKey())
                .found(shared.stated)
                .expected(shared.users));
      }
    }
  }

  /** Reports inodes that hold values and miscount their users. */
  void reportValues(ProblemLog log) {
    for (Map.Entry<Long, Long> entry : valueStated.entrySet()) {
      long users = valueUsers(entry.getKey());
      if (users != 0 && entry.getValue() != users) {
        log.add(
            Problem.of(ProblemCode.EA_INODE_REFERENCES, entry.getKey())
                .found(entry.getValue())
                .expected(users));
      }
    }
  }
}
