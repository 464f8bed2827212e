package dev.ext4j.fs.journal;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.Geometry;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of changes that become durable together. It consists of the changed blocks, each with its
 * content from before the transaction, and of the freed space.
 */
public final class Transaction implements BlockChanges {
  private final long number;
  private final Map<Long, Member> members = new LinkedHashMap<>();
  private final JoinListener listener;
  private final FreedSpace freed = new FreedSpace();
  private final Set<Long> revoked = new LinkedHashSet<>();
  private final Set<Remembered> memories = new LinkedHashSet<>();
  private volatile int contentCount;

  /** A block of the transaction. */
  public static final class Member {
    private final CachedBlock block;
    private final BlockRole role;
    private final byte[] before;

    private Member(CachedBlock block, BlockRole role) {
      this.block = block;
      this.role = role;
      this.before = block.copy();
    }

    /** Returns the block, with its new content. */
    public CachedBlock block() {
      return block;
    }

    /** Returns the role of the block. */
    public BlockRole role() {
      return role;
    }

    /**
     * Returns the content of the block from before the transaction. The caller must not change the
     * array.
     */
    public byte[] before() {
      return before;
    }
  }

  /** A listener that receives each block that joins a transaction. */
  @FunctionalInterface
  interface JoinListener {
    /**
     * Receives a block that is about to be changed.
     *
     * @param content the content of the block before the change
     */
    void joining(long blockNumber, byte[] content);
  }

  /**
   * Creates an empty transaction.
   *
   * @param number a number that is higher than that of each earlier transaction
   */
  Transaction(long number, JoinListener listener) {
    this.number = number;
    this.listener = listener;
  }

  /**
   * Returns the number of the transaction. Transactions are numbered from 1 in the order in which
   * they become durable. It is not the sequence number in the log.
   */
  public long number() {
    return number;
  }

  /** Returns the space that the transaction frees. */
  public FreedSpace freed() {
    return freed;
  }

  /** Returns the changed blocks, in the order in which they joined. */
  public Collection<Member> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  /** Returns the number of changed blocks. */
  public int memberCount() {
    return members.size();
  }

  /**
   * Returns whether the transaction frees a block, so that the content of the block does not
   * matter.
   */
  public boolean frees(long blockNumber, Geometry geometry) {
    return revoked.contains(blockNumber) || freed.contains(blockNumber, geometry);
  }

  /** Undoes all changes in memory, and invalidates all state derived from them. */
  public void takeBack() {
    try (TakeBack takingBack = new TakeBack(memories)) {
      for (Member member : members.values()) {
        member.block.restore(member.before);
      }
    }
  }

  @Override
  public void remember(Remembered memory) {
    remember(memory, false);
  }

  /** Registers state that is derived from blocks, of which perhaps only times change. */
  void remember(Remembered memory, boolean timesOnly) {
    memories.add(memory);
    memory.changedIn(number, timesOnly);
  }

  /** Returns the registered state that is derived from the changed blocks. */
  Set<Remembered> memories() {
    return Collections.unmodifiableSet(memories);
  }

  /** Returns whether there is nothing to commit. */
  boolean isEmpty() {
    return members.isEmpty() && freed.groupCount() == 0;
  }

  /**
   * Returns the number of changed blocks, plus the number of blocks that the release of freed space
   * will add.
   */
  int blockCount() {
    return members.size() + 2 * freed.groupCount();
  }

  /**
   * Adds a block to the transaction, before it is changed.
   *
   * @return true if the block was not yet part of the transaction
   */
  boolean join(CachedBlock block, BlockRole role) {
    Member known = member(block.number());
    if (known != null) {
      if (known.block != block) {
        throw new IllegalStateException("two copies of " + block + " are in use");
      }
      return false;
    }
    Member member = new Member(block, role);
    synchronized (members) {
      members.put(block.number(), member);
      contentCount += role.isContent() ? 1 : 0;
    }
    listener.joining(block.number(), member.before);
    return true;
  }

  /**
   * Returns the metadata blocks that the transaction frees. A commit or a replay must not write
   * their old content again.
   */
  public Set<Long> revoked() {
    return revoked;
  }

  /** Returns whether a block was metadata and is freed by this transaction. */
  public boolean isRevoked(long blockNumber) {
    return revoked.contains(blockNumber);
  }

  @Override
  public void declare(CachedBlock block, BlockRole role) {
    join(block, role);
  }

  /**
   * Returns the block as a member; null if it is not part of the transaction. May be called while
   * other blocks join.
   */
  public @Nullable Member member(long blockNumber) {
    synchronized (members) {
      return members.get(blockNumber);
    }
  }

  /** Returns whether a block of the transaction is content of a file. */
  boolean hasContent() {
    return contentCount > 0;
  }

  /** Removes a block, because its change was undone. */
  void leave(long blockNumber) {
    synchronized (members) {
      Member left = members.remove(blockNumber);
      contentCount -= left != null && left.role.isContent() ? 1 : 0;
    }
  }
}
