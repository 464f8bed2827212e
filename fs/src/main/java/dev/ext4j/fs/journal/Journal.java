package dev.ext4j.fs.journal;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Trace;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal: it collects changes in a running transaction and commits it.
 *
 * <p><b>Threads.</b> One handle is open at a time. A thread that starts one waits until the handle
 * of another thread ends. A handle that takes long yields between two steps. So a handle can be
 * undone, and a transaction never ends in the middle of a step. A commit excludes handles while it
 * takes over the running transaction, which in most cases needs no I/O. It then writes the
 * transaction while handles of the next transaction may be open. One commit is in progress at a
 * time.
 *
 * <p>After a commit has failed, nothing is written again. Every later start fails with EROFS.
 */
public final class Journal {
  /** The maximum size of the changed blocks of one transaction, in bytes. */
  private static final long TRANSACTION_BYTES = 8L << 20;

  private static final int SMALLEST_TRANSACTION = 128;

  /** The number of registered objects, such as inodes, above which a transaction is committed. */
  private static final int MOST_MEMORIES = 1024;

  private final RankedLock commitLock;
  private final RankedLock handleLock;
  private final Probes probes;
  private final LongSupplier nanos;
  private final BlockCache cache;
  private final Geometry geometry;
  private final CommitMethod commitMethod;
  private final int maxTransactionBlocks;
  private volatile Transaction running;

  /**
   * The number of writes past the cache before the last transaction was taken over. Guarded by the
   * commit lock.
   */
  private long writesBefore;

  private final AbortState abortState;
  private final OneTransaction asOne = new OneTransaction();
  private final CommitTurns turns = new CommitTurns();
  private final CommitInProgress committing = new CommitInProgress();
  private @Nullable Consumer<Transaction> observer;
  private @Nullable Committer committer;

  /**
   * Creates a journal whose running transaction is empty.
   *
   * @param order the lock order that creates the journal's locks
   * @param nanos the source of time, as {@link System#nanoTime}, by which a handle measures how
   *     long it has been open
   */
  public Journal(
      BlockCache cache,
      Geometry geometry,
      CommitMethod commitMethod,
      LockOrder order,
      LongSupplier nanos) {
    this(
        cache,
        geometry,
        commitMethod,
        order,
        nanos,
        (int) Math.max(SMALLEST_TRANSACTION, TRANSACTION_BYTES / cache.blockSize()));
  }

  /**
   * Creates a journal with another maximum size of its transactions. A small maximum forces
   * restarts.
   */
  public Journal(
      BlockCache cache,
      Geometry geometry,
      CommitMethod commitMethod,
      LockOrder order,
      LongSupplier nanos,
      int maxTransactionBlocks) {
    this.cache = cache;
    this.geometry = geometry;
    this.commitMethod = commitMethod;
    this.abortState = new AbortState(commitMethod);
    this.commitLock = order.lock(Rank.COMMIT, "commit lock");
    this.handleLock = order.lock(Rank.HANDLE, "handle lock");
    this.probes = order.probes();
    this.nanos = nanos;
    this.running = new Transaction(1, commitMethod::joining);
    this.maxTransactionBlocks = Math.min(maxTransactionBlocks, commitMethod.maxTransactionBlocks());
  }

  /**
   * Begins a change. Waits for the handle of another thread, and for a commit if the running
   * transaction has no room.
   *
   * @param credits the number of blocks that the handle may change before it asks for more
   * @throws FileOperationException with EROFS after a commit has failed; with ENOSPC if the log is
   *     too small for {@code credits} blocks
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the handle releases the lock
  public Handle start(int credits) throws IOException {
    RankedLock.Held held = handleLock.exclusive();
    try {
      Transaction transaction = withRoom(held, credits);
      if (probes.hears(Trace.JOURNAL)) {
        probes.tell(Trace.JOURNAL, 0, "start", credits + " credits");
      }
      return new Handle(this, transaction, credits, held);
    } catch (IOException | RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  private boolean hasRoom(int credits) throws FileOperationException {
    abortState.requireNone();
    if (credits > limit()) {
      throw new FileOperationException(
          Errno.ENOSPC,
          "the journal is too small for this: one step changes up to "
              + credits
              + " blocks, and a transaction has room for "
              + limit());
    }
    boolean room = running.isEmpty() || canExtend(running, credits);
    if (!room && isInOneTransaction()) {
      throw new FileOperationException(
          Errno.ENOSPC,
          "all of this does not fit in one transaction, which has room for "
              + limit()
              + " blocks: nothing was changed");
    }
    return room;
  }

  /**
   * Checks that a transaction can take a number of blocks. Within {@link #atomically}, checks that
   * the one transaction still has room for them.
   *
   * @throws FileOperationException with ENOSPC if not; with EROFS after a commit has failed
   */
  void requirePossible(int credits) throws FileOperationException {
    boolean unused = hasRoom(credits); // only the exception matters
  }

  /** Returns the number of the running transaction, which later changes belong to. */
  public long runningNumber() {
    return running.number();
  }

  /**
   * Makes the running transaction and all transactions before it durable. No handle may be open.
   *
   * @throws FileOperationException with EROFS after a commit has failed. The failed commit may be
   *     that of another thread, which contained the changes of this thread or preceded them
   */
  public void commit() throws IOException {
    commitTo(running.number());
  }

  /**
   * Makes a transaction and all transactions before it durable. Returns at once if they are durable
   * already. Threads that wait for the same transaction share one commit. No handle may be open.
   *
   * @throws FileOperationException as {@link #commit()}
   */
  public void commitTo(long transactionNumber) throws IOException {
    HeldLocks.mine().requireNoneFrom(Rank.COMMIT, "waiting for a commit");
    abortState.requireNone();
    if (turns.awaitTurn(transactionNumber)) {
      try {
        commit(false);
      } finally {
        turns.end();
      }
    }
  }

  private void commit(boolean endsOne) throws IOException {
    try (RankedLock.Held lock = commitLock.exclusive()) {
      abortState.requireNone();
      Transaction taken = take(endsOne);
      if (taken == null) {
        return;
      }
      write(taken);
      cache.flushed(writesBefore);
      turns.setDurable(taken.number());
      if (committer != null) {
        committer.committed();
      }
      if (probes.hears(Trace.JOURNAL)) {
        probes.tell(Trace.JOURNAL, 0, "commit", taken.blockCount() + " blocks");
      }
      if (observer != null) {
        observer.accept(taken);
      }
    }
  }

  private void write(Transaction taken) throws IOException {
    try {
      abortState.judge(commitMethod::write);
      forgetFreed(taken);
    } catch (CommitFailedException e) {
      // A thread that waits for this commit has a handle open, and takeBack() waits for that
      // handle. So this call ends the wait first.
      committing.end();
      takeBack(taken, e.outcome());
      throw e;
    } finally {
      committing.end();
    }
  }

  /**
   * Drops freed blocks from the cache. Walks the whole cache only if that is less work than looking
   * up each freed block.
   */
  private void forgetFreed(Transaction taken) throws IOException {
    taken.revoked().forEach(cache::forget);
    if (taken.freed().blockCount(geometry) > cache.size()) {
      cache.forgetIf(number -> taken.freed().contains(number, geometry));
    } else {
      taken.freed().forEachBlockRun(geometry, cache::forgetRun);
    }
  }

  /**
   * Undoes the running transaction after a failed commit. Undoes the failed transaction too, unless
   * the log contains it.
   */
  private void takeBack(Transaction failed, Outcome outcome) {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      takeBackRunning();
      if (outcome != Outcome.IN_JOURNAL) {
        failed.takeBack();
      }
    }
  }

  /**
   * Registers state in memory that is derived from blocks which the running transaction changes,
   * for an operation without an open handle.
   */
  public void remember(Remembered memory) {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      running.remember(memory);
    }
  }

  /** Several operations that become durable together, or not at all. */
  @FunctionalInterface
  public interface Operations {
    /** Carries out the operations. Commits that they request are postponed to the end. */
    void run() throws IOException;
  }

  /**
   * Makes several operations one transaction. If one of them fails, or they do not fit in one
   * transaction, all are undone in memory, and nothing has been written. No other thread may change
   * anything until this method returns.
   *
   * @throws IOException the failure; also the failure of a partially completed operation, even if
   *     the caller of that operation continued
   */
  public void atomically(Operations operations) throws IOException {
    commit();
    asOne.begin();
    boolean done = false;
    try {
      operations.run();
      asOne.requireWhole();
      commitAsOne();
      done = true;
    } finally {
      try (RankedLock.Held handles = handleLock.exclusive()) {
        asOne.end();
        if (!done) {
          takeBackRunning();
        }
      }
    }
  }

  /**
   * Returns the exception for an operation that failed after a part of it was completed. Outside of
   * {@link #atomically} the changes of that part remain. Within it, all changes are undone, even if
   * the caller of the operation continues.
   *
   * @param done the completed part, as a clause of a sentence
   * @return the exception that the caller throws
   */
  public IOException failureInPart(String done, IOException failure) {
    if (isInOneTransaction()) {
      asOne.fail(failure);
      return failure;
    }
    return new PartialOperationException(done, failure);
  }

  private void commitAsOne() throws IOException {
    Set<Remembered> memories = running.memories();
    commit(true);
    memories.forEach(Remembered::contentIsHome);
  }

  private void takeBackRunning() {
    handleLock.requireExclusive();
    running.takeBack();
    running = afterRunning();
  }

  private Transaction afterRunning() {
    return new Transaction(running.number() + 1, commitMethod::joining);
  }

  /**
   * Closes the running transaction for further changes. Returns null if it is empty, or if {@link
   * #atomically} has not ended yet.
   */
  private @Nullable Transaction take(boolean endsOne) throws IOException {
    try (RankedLock.Held lock = handleLock.exclusive()) {
      abortState.requireNone();
      if (running.isEmpty() || (isInOneTransaction() && !endsOne)) {
        return null;
      }
      Transaction taken = running;
      // Read while no handle is open, so that it counts what each change of the transaction has
      // written; and before prepare(), which may flush the device.
      writesBefore = cache.pastWrites();
      committing.begin(taken); // first, so that a reader finds the content in one of them
      running = afterRunning();
      boolean prepared = false;
      try {
        abortState.judge(() -> commitMethod.prepare(taken));
        prepared = true;
        return taken;
      } finally {
        if (!prepared) {
          committing.end();
        }
      }
    }
  }

  /**
   * Stops all further changes, because written content may not have reached the device. Records the
   * failure in the journal.
   */
  public void abort() {
    try (RankedLock.Held lock = commitLock.exclusive()) {
      abortState.abort();
    }
  }

  /**
   * Brings the file system into a state that needs no recovery. Changes that are not committed are
   * lost.
   */
  public void finish() throws IOException {
    try (RankedLock.Held lock = commitLock.exclusive();
        RankedLock.Held handles = handleLock.exclusive()) {
      takeBackRunning();
      commitMethod.finish();
    }
  }

  /** Returns whether {@link #checkpointOldest} should be called in the background. */
  public boolean wantsCheckpoint() {
    return commitMethod.wantsCheckpoint() && !isAborted();
  }

  /**
   * Writes the blocks of the oldest transactions in the log to their home blocks, and frees their
   * part of the log. Handles and commits go on meanwhile, except while the start of the log is
   * moved. One thread at a time may call this method.
   *
   * @throws FileOperationException with EROFS after a commit has failed
   */
  public void checkpointOldest() throws IOException {
    try (RankedLock.Held lock = commitLock.exclusive()) {
      abortState.requireNone();
      if (!commitMethod.beginCheckpoint()) {
        return;
      }
    }
    boolean written = false;
    try {
      commitMethod.writeOldestHome();
      written = true;
    } finally {
      if (!written) {
        abort();
      }
    }
    try (RankedLock.Held lock = commitLock.exclusive()) {
      abortState.requireNone();
      abortState.judge(commitMethod::endCheckpoint);
    }
  }

  /** Returns whether a commit has failed, so that the file system can no longer be changed. */
  public boolean isAborted() {
    return abortState.isAborted();
  }

  /** Returns whether a failed commit may have written a part of its transaction to the image. */
  public boolean mayHaveLeftDamage() {
    return abortState.mayHaveLeftDamage();
  }

  /** Returns the maximum number of blocks of a transaction. */
  public int maxTransactionBlocks() {
    return maxTransactionBlocks;
  }

  /** The owner of the decision when the changes of operations become durable. */
  public interface Committer {
    /** Receives the end of a handle. This call must not block, and is made for each handle. */
    void changed();

    /** Receives the end of a commit. This call must not block. */
    void committed();
  }

  /**
   * Leaves the commits to a committer. Operations then do not commit by themselves. Called before
   * the first change.
   */
  public void leaveCommitsTo(Committer newCommitter) {
    committer = newCommitter;
  }

  /**
   * Commits at the end of an operation, so that the operation is durable when it returns. Does
   * nothing if the commits are left to a {@link Committer}.
   */
  public void commitOperation() throws IOException {
    if (committer == null) {
      commit();
    }
  }

  /** Returns whether operations commit by themselves. */
  public boolean operationsCommit() {
    return committer == null;
  }

  /** Returns whether the running transaction has changes. The result is a hint. */
  public boolean hasUncommitted() {
    return !running.isEmpty();
  }

  /**
   * Returns whether the running transaction has reached half of the largest size, so that it is
   * better committed before a handle has to wait for that. The result is a hint.
   */
  public boolean isHalfFull() {
    return running.blockCount() > maxTransactionBlocks / 2;
  }

  /** Tells the committer, if there is one, that there is something to make durable. */
  public void tellCommitter() {
    Committer told = committer;
    if (told != null) {
      told.changed();
    }
  }

  /** Sets an observer that receives every transaction after it was committed. */
  public void observe(Consumer<Transaction> newObserver) {
    observer = newObserver;
  }

  /**
   * Returns the space that is free in the bitmaps but must not be allocated before its commit; null
   * if there is none.
   */
  @Nullable FreedSpace busy() {
    Transaction transaction = committing.transaction();
    return transaction == null ? null : transaction.freed();
  }

  /** Returns whether a commit would make freed space available. */
  public boolean hasFreedSpace() {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      return committing.transaction() != null || running.freed().groupCount() > 0;
    }
  }

  /**
   * Returns whether the journal holds content of one of these blocks that has not been written to
   * its home block, or that a replay of the log would write there. A write of such a block must not
   * bypass the journal. The caller has a lock that keeps other threads from changing these blocks,
   * such as the locks of their pages.
   */
  public boolean holds(long firstBlock, long blockCount) {
    // In the order in which a block moves, so that none of these blocks is missed.
    return holds(running, firstBlock, blockCount)
        || holds(committing.transaction(), firstBlock, blockCount)
        || commitMethod.holds(firstBlock, blockCount);
  }

  private static boolean holds(
      @Nullable Transaction transaction, long firstBlock, long blockCount) {
    if (transaction == null) {
      return false;
    }
    for (long block = firstBlock; block < firstBlock + blockCount; block++) {
      if (transaction.member(block) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether {@link #changedContent} may return a block. The call is cheap, for readers of
   * files.
   */
  public boolean changesContent() {
    boolean inRunning = running.hasContent();
    // This field is read second, because a transaction moves from running to committing.
    Transaction inCommit = committing.transaction();
    return inRunning || (inCommit != null && inCommit.hasContent());
  }

  /**
   * Returns a block of content that the running or the committing transaction overwrites in place;
   * null if neither of them does. If a block is not returned any more, its content is on the
   * device.
   */
  public @Nullable CachedBlock changedContent(long blockNumber) {
    Transaction.Member member = running.member(blockNumber);
    // This field is read second, because a transaction moves from running to committing.
    Transaction inCommit = committing.transaction();
    if (member == null && inCommit != null) {
      member = inCommit.member(blockNumber);
    }
    return member != null && member.role().isContent() ? member.block() : null;
  }

  /** A receiver for the changes of the running transaction. */
  @FunctionalInterface
  public interface MemberVisitor {
    /** Receives a block as it is in memory, and its role. */
    void member(Transaction.Member member) throws IOException;
  }

  /** Passes all blocks that the running transaction has changed to a visitor. */
  public void showRunning(MemberVisitor visitor) throws IOException {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      for (Transaction.Member member : running.members()) {
        visitor.member(member);
      }
    }
  }

  /** Returns whether a thread is inside {@link #atomically}. */
  public boolean isInOneTransaction() {
    return asOne.isUnderWay();
  }

  /**
   * Returns whether another thread is inside {@link #atomically}. Its changes may be undone long
   * after they were read. Until that thread has ended, no state that is derived from the blocks may
   * be kept.
   */
  public boolean isPreliminary() {
    return asOne.isOfAnotherThread();
  }

  /**
   * Blocks until no commit is in progress, so that no freed space is withheld from allocation.
   * Returns false if no commit was in progress.
   */
  boolean awaitCommit() throws IOException {
    if (!committing.awaitEnd()) {
      return false;
    }
    abortState.requireNone();
    return true;
  }

  /** Returns the observers of the file system. */
  Probes probes() {
    return probes;
  }

  /** Returns the current time, in nanoseconds from any origin. */
  long nanos() {
    return nanos.getAsLong();
  }

  /** Returns whether another thread waits for the open handle. */
  boolean isAwaited() {
    return handleLock.isAwaited();
  }

  boolean canExtend(Transaction transaction, int needed) {
    return transaction.blockCount() + needed <= limit();
  }

  private int limit() {
    return isInOneTransaction()
        ? Math.max(maxTransactionBlocks, commitMethod.largestTransactionBlocks())
        : maxTransactionBlocks;
  }

  /**
   * Commits on behalf of a handle whose changes are settled, and returns a transaction with room
   * for it.
   */
  Transaction renew(RankedLock.Held held, int credits) throws IOException {
    if (!isInOneTransaction()) {
      held.droppedDuring(this::commit);
    }
    return withRoom(held, credits);
  }

  /**
   * Lets waiting threads open their handles. Returns the running transaction afterwards, for the
   * handle that yields. The changes of this handle are settled.
   */
  Transaction giveWay(RankedLock.Held held, int credits) throws IOException {
    held.giveWay();
    return withRoom(held, credits);
  }

  private Transaction withRoom(RankedLock.Held held, int credits) throws IOException {
    if (running.isEmpty() && remembersMuch()) {
      running = afterRunning(); // the objects of handles that were all undone
    }
    while (!hasRoom(credits) || remembersMuch()) {
      held.droppedDuring(this::commit);
    }
    return running;
  }

  /**
   * Returns whether the running transaction must be committed because more than {@link
   * #MOST_MEMORIES} {@link Remembered} objects are registered with it. Returns false within {@link
   * #atomically}. The registered objects stay in memory as long as the transaction can be undone.
   */
  private boolean remembersMuch() {
    return running.memories().size() > MOST_MEMORIES && !isInOneTransaction();
  }
}
