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
 * Changes that become durable together: the blocks changed, each with its content before the
 * transaction, and the space freed.
 */
public final class Transaction implements BlockChanges {
  private final Map<Long, Member> members = new LinkedHashMap<>();
  private final JoinListener listener;
  private final FreedSpace freed = new FreedSpace();
  private final Set<Long> revoked = new LinkedHashSet<>();
  private final Set<Remembered> memories = new LinkedHashSet<>();

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

    /** The block, with its new content. */
    public CachedBlock block() {
      return block;
    }

    /** What it is. */
    public BlockRole role() {
      return role;
    }

    /** Its content before the transaction; not to be changed. */
    public byte[] before() {
      return before;
    }
  }

  /** Hears of each block that a transaction takes up. */
  @FunctionalInterface
  interface JoinListener {
    /**
     * A block is about to be changed.
     *
     * @param content what it holds
     */
    void joining(long blockNumber, byte[] content);
  }

  Transaction(JoinListener listener) {
    this.listener = listener;
  }

  /** Space that the transaction frees. */
  public FreedSpace freed() {
    return freed;
  }

  /** The blocks changed, in the order in which they joined. */
  public Collection<Member> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  /** How many blocks are changed. */
  public int memberCount() {
    return members.size();
  }

  /** Whether a block is freed: then what it holds does not matter. */
  public boolean frees(long blockNumber, Geometry geometry) {
    return revoked.contains(blockNumber) || freed.contains(blockNumber, geometry);
  }

  /** Takes every change back, in memory, and lets all that is remembered of them be forgotten. */
  public void takeBack() {
    try (TakeBack takingBack = new TakeBack(memories)) {
      for (Member member : members.values()) {
        member.block.restore(member.before);
      }
    }
  }

  @Override
  public void remember(Remembered memory) {
    memories.add(memory);
  }

  /** What is remembered of the changed blocks. */
  Set<Remembered> memories() {
    return Collections.unmodifiableSet(memories);
  }

  /** Whether there is nothing to commit. */
  boolean isEmpty() {
    return members.isEmpty() && freed.groupCount() == 0;
  }

  /** Number of blocks, those included that releasing the freed space is going to add. */
  int blockCount() {
    return members.size() + 2 * freed.groupCount();
  }

  /**
   * Lets a block take part, before it is changed.
   *
   * @return true if it took no part before
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
    }
    listener.joining(block.number(), member.before);
    return true;
  }

  /** Metadata blocks that the transaction frees: their old content must never be written again. */
  public Set<Long> revoked() {
    return revoked;
  }

  /** Whether a block was metadata and is being freed. */
  public boolean isRevoked(long blockNumber) {
    return revoked.contains(blockNumber);
  }

  @Override
  public void declare(CachedBlock block, BlockRole role) {
    join(block, role);
  }

  /** The block's membership, if it has one; may be asked for while other blocks join. */
  public @Nullable Member member(long blockNumber) {
    synchronized (members) {
      return members.get(blockNumber);
    }
  }

  /** Takes a block out again, because its change was undone. */
  void leave(long blockNumber) {
    synchronized (members) {
      members.remove(blockNumber);
    }
  }
}
