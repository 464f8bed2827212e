package dev.ext4j.fs.journal;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Probes;
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
 * The part of one operation in the running transaction, with the number of blocks that it may still
 * change (its credits). Closing a handle that was not committed undoes, in memory, all changes
 * since the handle was started or last restarted. Therefore no change of a failed operation is
 * written.
 */
public final class Handle implements BlockChanges, AutoCloseable {
  /**
   * The time after which an open handle yields to waiting threads. Most operations take less time.
   */
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
  private final Probes probes;
  private long sinceNanos;
  private boolean open = true;
  private boolean timesOnly;

  /**
   * A callback that runs a restart. If the caller holds the tree lock, the callback releases it
   * during the restart. Everything that the caller has read from the tree is invalid after the
   * restart.
   */
  public interface RestartGate {
    /**
     * Releases the locks that must not be held during a restart, runs the restart, and takes these
     * locks again. Earlier changes can no longer be undone, even if the restart fails.
     *
     * @param restart commits the changes and begins again
     */
    void pass(Restart restart) throws IOException;

    /**
     * Returns whether waiting threads may change the file system between two steps of the
     * operation.
     */
    default boolean mayGiveWay() {
      return false;
    }

    /**
     * Returns whether another thread waits for a lock that the gate releases. The result is a hint,
     * because it may be out of date immediately.
     */
    default boolean isAwaited() {
      return false;
    }

    /** The restart itself. */
    @FunctionalInterface
    interface Restart {
      /**
       * Commits the changes made so far, or lets waiting threads run. After that the handle
       * continues in the running transaction.
       */
      void run() throws IOException;
    }
  }

  Handle(Journal journal, Transaction transaction, int credits, RankedLock.Held held) {
    this.held = held;
    this.journal = journal;
    this.probes = journal.probes();
    this.sinceNanos = journal.nanos();
    this.transaction = transaction;
    this.credits = credits;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if no credits are left, which means that the caller has requested
   *     too few
   */
  @Override
  public void declare(CachedBlock block, BlockRole role) {
    requireOpen();
    long number = block.number();
    if (role == BlockRole.DATA || role == BlockRole.DIRECTORY) {
      // A damaged image may use the block as a tree node, too, so it must be verified again.
      block.setVerifiedAs(0);
    }
    if (transaction.join(block, role)) {
      if (credits == 0) {
        transaction.leave(number);
        throw new IllegalStateException("out of credits for " + block);
      }
      credits--;
      joined.add(number);
      if (probes.hears(Trace.JOURNAL)) {
        probes.tell(Trace.JOURNAL, 0, "change", "block " + number + ", " + role);
      }
    } else if (!joined.contains(number)) {
      before.computeIfAbsent(number, n -> block.copy());
    }
  }

  @Override
  public void remember(Remembered memory) {
    if (memory == lastMemory) {
      return; // the common case: an inode, once for each block of its mapping
    }
    requireOpen();
    lastMemory = memory;
    memories.add(memory);
    transaction.remember(memory, timesOnly);
  }

  /**
   * Records that this handle changes only times of inodes, which fdatasync(2) need not make
   * durable. Called before the first change.
   */
  public void changesTimesOnly() {
    timesOnly = true;
  }

  /**
   * Sets the action that runs when the handle is undone, in place of an earlier action. The action
   * invalidates state that only the operation has. It runs after all registered state was
   * invalidated, under the same locks.
   */
  public void onUndo(Runnable action) {
    undoing = action;
  }

  /**
   * Returns whether a block was allocated in this transaction, so that nothing on disk points to
   * it.
   */
  public boolean isNew(CachedBlock block) {
    Transaction.Member member = transaction.member(block.number());
    return member != null && member.role() == BlockRole.NEW;
  }

  /**
   * Returns the space that the transaction frees. If this handle is undone, the space that it added
   * is removed again.
   */
  public FreedSpace freed() {
    requireOpen();
    return transaction.freed();
  }

  /**
   * Returns the space that is free in the bitmaps but must not be allocated yet, because the
   * committing transaction freed it; null if there is none.
   */
  public @Nullable FreedSpace busy() {
    return journal.busy();
  }

  /**
   * Blocks until the space of {@link #busy} may be allocated. Returns false if no commit was in
   * progress. An interrupt does not end the wait.
   */
  public boolean awaitCommit() throws IOException {
    return journal.awaitCommit();
  }

  /**
   * Declares that a metadata block is freed. A commit or a replay must not write its old content
   * again.
   */
  public void revoke(long blockNumber) {
    requireOpen();
    if (probes.hears(Trace.JOURNAL)) {
      probes.tell(Trace.JOURNAL, 0, "revoke", "block " + blockNumber);
    }
    if (transaction.revoked().add(blockNumber)) {
      revoked.add(blockNumber);
    }
  }

  /**
   * Cancels the revoke of a block that was freed earlier in this transaction and is metadata again.
   */
  public void cancelRevoke(long blockNumber) {
    requireOpen();
    transaction.revoked().remove(blockNumber);
    revoked.remove(blockNumber);
  }

  /**
   * Ensures that {@code needed} more blocks can be changed. Uses the credits that are left, extends
   * the handle, or restarts it. A restart commits all changes made so far. Therefore these changes
   * must leave the file system consistent.
   *
   * <p>A handle that has been open for a long time yields to a waiting thread if the gate allows
   * it. A handle that yields is restarted in the same way, but the transaction is committed only if
   * it has no room.
   *
   * @param gate runs the restart while the caller's tree lock is released
   * @return true if the handle was restarted or has yielded; everything that was read from the tree
   *     before this call is then invalid
   * @throws FileOperationException with ENOSPC if no transaction can take {@code needed} blocks.
   *     After this exception the changes made so far can still be undone.
   */
  public boolean ensureCredits(int needed, RestartGate gate) throws IOException {
    requireOpen();
    boolean limited = probes.isShortOfCredits();
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
    journal.requirePossible(needed); // checked first, while the changes can still be undone
    gate.pass(restart);
    sinceNanos = journal.nanos();
  }

  private boolean hasToGiveWay(RestartGate gate) {
    return gate.mayGiveWay()
        && (journal.isAwaited() || gate.isAwaited())
        && !journal.isInOneTransaction()
        && journal.nanos() - sinceNanos > LONG_NANOS;
  }

  /** Returns the number of blocks that can be changed before more credits are needed. */
  public int credits() {
    return credits;
  }

  /** Returns the maximum number of blocks of a transaction. */
  public int maxCredits() {
    return journal.maxTransactionBlocks();
  }

  private void giveWay(int needed) throws IOException {
    if (probes.hears(Trace.JOURNAL)) {
      probes.tell(Trace.JOURNAL, 0, "give way", needed + " credits are needed");
    }
    settle();
    continueIn(journal.giveWay(held, needed), needed);
  }

  private void restart(int needed) throws IOException {
    if (probes.hears(Trace.JOURNAL)) {
      probes.tell(Trace.JOURNAL, 0, "restart", needed + " credits are needed");
    }
    settle();
    continueIn(journal.renew(held, needed), needed);
  }

  /**
   * Continues in another transaction. Its changes belong to the same inodes, whether the caller
   * declares these again or only changes blocks of their content.
   */
  private void continueIn(Transaction next, int needed) {
    transaction = next;
    memories.forEach(memory -> next.remember(memory, timesOnly));
    credits = needed;
  }

  /** Makes the changes a permanent part of the transaction. */
  public void commit() {
    requireOpen();
    settle();
    if (probes.hears(Trace.JOURNAL)) {
      probes.tell(Trace.JOURNAL, 0, "stop", credits + " credits are left");
    }
    open = false;
    held.close();
    journal.tellCommitter();
  }

  /** Undoes the changes unless they were committed. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    if (probes.hears(Trace.JOURNAL)) {
      probes.tell(Trace.JOURNAL, 0, "undo", joined.size() + " blocks leave the transaction");
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
      all.add(last::run); // forget() is called in reverse order: this one is last
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
    lastMemory = null; // the next transaction must register it again
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
