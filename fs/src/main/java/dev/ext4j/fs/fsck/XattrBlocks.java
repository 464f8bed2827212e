package dev.ext4j.fs.fsck;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blocks of attributes, which inodes may share, and inodes that hold the value of an attribute: how
 * many users each says that it has, and how many it has.
 */
final class XattrBlocks {
  /** A block of attributes. */
  static final class Shared {
    private final long stated;
    private final boolean encryption;
    private final long valueBlocks;
    private final long valueCount;
    private int users;

    Shared(long stated, boolean encryption, long valueBlocks, long valueCount) {
      this.stated = stated;
      this.valueBlocks = valueBlocks;
      this.valueCount = valueCount;
      this.encryption = encryption;
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

  private final Map<Long, Shared> blocks = new ConcurrentHashMap<>();
  private final Map<Long, Long> valueUsers = new ConcurrentHashMap<>();
  private final Map<Long, Long> valueStated = new ConcurrentHashMap<>();

  /** What is known of a block, or null. */
  @org.jspecify.annotations.Nullable
  Shared get(long block) {
    return blocks.get(block);
  }

  /** Notes a block that was read; gives back what another thread may have noted before. */
  Shared put(long block, Shared shared) {
    Shared before = blocks.putIfAbsent(block, shared);
    return before == null ? shared : before;
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
      if (shared.stated != shared.users) {
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
