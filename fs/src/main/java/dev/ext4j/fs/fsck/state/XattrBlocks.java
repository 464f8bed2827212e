package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attribute blocks that inodes may share, and the inodes that hold values of extended
 * attributes. Each block and each inode is recorded with its stored reference count and the number
 * of users that were found.
 */
public final class XattrBlocks {
  private static final int LOCKS = 64;

  /** An attribute block that was read, valid or not. */
  public static final class Shared {
    private final @org.jspecify.annotations.Nullable ProblemCode problem;
    private final boolean usable;
    private final long stated;
    private final boolean encryption;
    private final long valueBlocks;
    private final long valueCount;
    private int users;

    /**
     * Creates the record of an attribute block that is valid, or has a problem but is still usable.
     */
    public Shared(
        long stated,
        boolean encryption,
        long valueBlocks,
        long valueCount,
        @org.jspecify.annotations.Nullable ProblemCode problem) {
      this(stated, encryption, valueBlocks, valueCount, problem, true);
    }

    /** Returns the record of a block that is not an attribute block. */
    public static Shared unusable(ProblemCode problem) {
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

    /** Returns the problem of the block, or null. */
    @org.jspecify.annotations.Nullable
    public ProblemCode problem() {
      return problem;
    }

    /** Returns whether the block is an attribute block. */
    public boolean isUsable() {
      return usable;
    }

    /** Returns whether an encryption context is among the attributes. */
    public boolean hasEncryption() {
      return encryption;
    }

    /**
     * Returns the number of blocks of values that are in separate inodes. The block count of each
     * inode that uses the attribute block includes them.
     */
    public long valueBlocks() {
      return valueBlocks;
    }

    /** Returns the number of values that are in separate inodes. */
    public long valueCount() {
      return valueCount;
    }

    /**
     * Counts an inode that uses the block. {@link XattrBlocks#report} compares the number of users
     * with the stored reference count.
     */
    public synchronized void addUser() {
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

  /** Returns the record of a block, or null if it was not read yet. */
  @org.jspecify.annotations.Nullable
  public Shared get(long block) {
    return blocks.get(block);
  }

  /** Stores the record of a block that was read. The caller holds {@link #lockOf}. */
  public void put(long block, Shared shared) {
    blocks.put(block, shared);
  }

  /** Returns the lock to hold while a block is read, so that only one thread reads it. */
  public Object lockOf(long block) {
    return locks[(int) (block % LOCKS)];
  }

  /** Counts a user of an inode that holds a value. */
  public void addValueUser(long inode) {
    valueUsers.merge(inode, 1L, Long::sum);
  }

  /** Records the stored reference count of an inode that holds a value. */
  public void stateValueUsers(long inode, long count) {
    valueStated.put(inode, count);
  }

  /** Returns the number of users of an inode that holds a value. */
  public long valueUsers(long inode) {
    return valueUsers.getOrDefault(inode, 0L);
  }

  /** Reports attribute blocks with wrong reference counts. */
  public void report(ProblemLog log) {
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

  /** Reports inodes that hold values and have wrong reference counts. */
  public void reportValues(ProblemLog log) {
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
