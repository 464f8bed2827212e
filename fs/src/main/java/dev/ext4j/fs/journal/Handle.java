package dev.ext4j.fs.journal;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation's part in the running transaction, with an allowance of blocks it may change (its
 * credits). Closing a handle that was not committed undoes everything since it was started or last
 * restarted, in memory, so that nothing of a failed operation is ever written.
 */
public final class Handle implements BlockChanges, AutoCloseable {
  /** For how long a handle is open before it gives way; more than most operations take. */
  private static final long LONG_NANOS = 10_000_000;

  private final Journal journal;
  private final Map<Long, byte[]> before = new HashMap<>();
  private final Set<Long> joined = new HashSet<>();
  private final Set<Long> revoked = new HashSet<>();
  private final Set<Remembered> memories = new LinkedHashSet<>();
  private @Nullable Remembered lastMemory;
  private @Nullable Runnable undoing;
  private Transaction transaction;
  private int credits;
  private final RankedLock.Held held;
  private long sinceNanos = System.nanoTime();
  private boolean open = true;

  /** What a caller does around a restart: it must give up the tree lock and forget what it read. */
  public interface RestartGate {
    /**
     * Runs the restart with the locks given up that must not be held meanwhile. What was done
     * before can no longer be undone, even if the restart fails.
     */
    void pass(Restart restart) throws IOException;

    /** Whether others may change things in between, just because they wait. */
    default boolean mayGiveWay() {
      return false;
    }

    /** Whether somebody waits for a lock that the gate gives up; a hint. */
    default boolean isAwaited() {
      return false;
    }

    /** The restart itself. */
    @FunctionalInterface
    interface Restart {
      /** Commits what was done so far and begins anew. */
      void run() throws IOException;
    }
  }

  Handle(Journal journal, Transaction transaction, int credits, RankedLock.Held held) {
    this.held = held;
    this.journal = journal;
    this.transaction = transaction;
    this.credits = credits;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the credits are used up: a miscalculation of the caller
   */
  @Override
  public void declare(CachedBlock block, BlockRole role) {
    requireOpen();
    long number = block.number();
    if (role == BlockRole.DATA || role == BlockRole.DIRECTORY) {
      block.setVerifiedAs(0); // a hostile image may call it a node, too, which is looked at anew
    }
    if (transaction.join(block, role)) {
      if (credits == 0) {
        transaction.leave(number);
        throw new IllegalStateException("out of credits for " + block);
      }
      credits--;
      joined.add(number);
      if (Trace.JOURNAL.isHeard()) {
        Trace.JOURNAL.tell(0, "change", "block " + number + ", " + role);
      }
    } else if (!joined.contains(number)) {
      before.computeIfAbsent(number, n -> block.copy());
    }
  }

  @Override
  public void remember(Remembered memory) {
    if (memory == lastMemory) {
      return; // an inode, for one block of its mapping after the other
    }
    requireOpen();
    lastMemory = memory;
    memories.add(memory);
    transaction.remember(memory);
  }

  /**
   * Has something done when the handle is undone, after all has been forgotten, and under the same
   * locks: for what only the operation knows. Replaces what was said before.
   */
  public void onUndo(Runnable action) {
    undoing = action;
  }

  /** Whether a block was taken in this transaction, so that nothing on disk points to it yet. */
  public boolean isNew(CachedBlock block) {
    Transaction.Member member = transaction.member(block.number());
    return member != null && member.role() == BlockRole.NEW;
  }

  /** Space that the transaction frees; what this handle adds is undone with it. */
  public FreedSpace freed() {
    requireOpen();
    return transaction.freed();
  }

  /**
   * Space that looks free but must not be taken yet: a transaction that is being committed freed
   * it.
   */
  public @Nullable FreedSpace busy() {
    return journal.busy();
  }

  /**
   * Waits until there is no such space any more; false if there was none. Cannot be interrupted.
   */
  public boolean awaitCommit() throws IOException {
    return journal.awaitCommit();
  }

  /** Announces that a metadata block is freed: what it holds must never be written again. */
  public void revoke(long blockNumber) {
    requireOpen();
    if (Trace.JOURNAL.isHeard()) {
      Trace.JOURNAL.tell(0, "revoke", "block " + blockNumber);
    }
    if (transaction.revoked().add(blockNumber)) {
      revoked.add(blockNumber);
    }
  }

  /** A block that was freed earlier in this transaction is metadata again. */
  public void cancelRevoke(long blockNumber) {
    requireOpen();
    transaction.revoked().remove(blockNumber);
    revoked.remove(blockNumber);
  }

  /**
   * Makes sure that {@code needed} more blocks can be changed: from what is left, by extending, or
   * by a restart, which commits the transaction so far. Everything changed before must then be
   * consistent in itself. If the handle has been open for long and another thread waits, and the
   * gate allows it, this lets the other one pass, as by a restart, but without a commit unless
   * there is no room.
   *
   * @return true if there was a restart: all that was read from the tree before is void
   * @throws FileOperationException ENOSPC if no transaction can take so many; nothing is settled
   *     then
   */
  public boolean ensureCredits(int needed, RestartGate gate) throws IOException {
    requireOpen();
    boolean limited = journal.isLimited();
    if (!limited && hasToGiveWay(gate)) {
      pass(gate, needed, () -> giveWay(needed));
      return true;
    }
    if (credits >= needed && !limited) {
      return false;
    }
    if (!limited && journal.canExtend(transaction, needed)) {
      credits = needed;
      return false;
    }
    pass(gate, needed, () -> restart(needed));
    return true;
  }

  private void pass(RestartGate gate, int needed, RestartGate.Restart restart) throws IOException {
    journal.requirePossible(needed); // as long as what was done can still be undone
    gate.pass(restart);
    sinceNanos = System.nanoTime();
  }

  private boolean hasToGiveWay(RestartGate gate) {
    return gate.mayGiveWay()
        && (journal.isAwaited() || gate.isAwaited())
        && !journal.isInOneTransaction()
        && System.nanoTime() - sinceNanos > LONG_NANOS;
  }

  /** Blocks that can be changed still before more must be asked for. */
  public int credits() {
    return credits;
  }

  /** Blocks that one transaction can take at most. */
  public int maxCredits() {
    return journal.maxTransactionBlocks();
  }

  private void giveWay(int needed) throws IOException {
    if (Trace.JOURNAL.isHeard()) {
      Trace.JOURNAL.tell(0, "give way", needed + " credits are needed");
    }
    settle();
    transaction = journal.giveWay(held, needed);
    credits = needed;
  }

  private void restart(int needed) throws IOException {
    if (Trace.JOURNAL.isHeard()) {
      Trace.JOURNAL.tell(0, "restart", needed + " credits are needed");
    }
    settle();
    transaction = journal.renew(held, needed);
    credits = needed;
  }

  /** Makes the changes part of the transaction for good. */
  public void commit() {
    requireOpen();
    settle();
    if (Trace.JOURNAL.isHeard()) {
      Trace.JOURNAL.tell(0, "stop", credits + " credits are left");
    }
    open = false;
    held.close();
  }

  /** Undoes the changes unless they were committed. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    if (Trace.JOURNAL.isHeard()) {
      Trace.JOURNAL.tell(0, "undo", joined.size() + " blocks leave the transaction");
    }
    try (TakeBack takingBack = new TakeBack(memoriesAndAction())) {
      restore();
    } finally {
      held.close();
    }
  }

  private List<Remembered> memoriesAndAction() {
    List<Remembered> all = new ArrayList<>();
    Runnable last = undoing;
    if (last != null) {
      all.add(last::run); // the first is the last to be asked to forget
    }
    all.addAll(memories);
    return all;
  }

  private void restore() {
    for (long number : joined) {
      Transaction.Member member = transaction.member(number);
      if (member != null) {
        member.block().restore(member.before());
        transaction.leave(number);
      }
    }
    before.forEach(
        (number, content) -> {
          Transaction.Member member = transaction.member(number);
          if (member != null) {
            member.block().restore(content);
          }
        });
    transaction.revoked().removeAll(revoked);
    transaction.freed().rollback();
  }

  private void settle() {
    before.clear();
    lastMemory = null; // the next transaction has to be told, too
    joined.clear();
    revoked.clear();
    transaction.freed().settle();
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the handle is closed");
    }
  }
}
