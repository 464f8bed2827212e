package dev.ext4j.fs.journal;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.probe.Trace;
import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects changes in a running transaction and commits it.
 *
 * <p><b>Threads.</b> One handle is open at a time; who starts one waits for the handle of another
 * thread, which gives way between two steps when that takes long. So a handle can be undone, and a
 * transaction never closes over half a step. A commit shuts handles out while it takes the running
 * transaction over, which needs memory only in most cases, and writes it while handles of the next
 * transaction come and go. Commits come one at a time.
 *
 * <p>After a commit has failed nothing more is written: every later start fails with EROFS.
 */
public final class Journal {
  /** Bytes of changed blocks that one transaction may hold in memory. */
  private static final long TRANSACTION_BYTES = 8L << 20;

  private static final int SMALLEST_TRANSACTION = 128;

  /** So many inodes, or hints, may have changed before a transaction is committed. */
  private static final int MOST_MEMORIES = 1024;

  private final RankedLock commitLock = new RankedLock(Rank.COMMIT, "commit lock");
  private final RankedLock handleLock = new RankedLock(Rank.HANDLE, "handle lock");
  private final BlockCache cache;
  private final Geometry geometry;
  private final CommitMethod commitMethod;
  private final int maxTransactionBlocks;
  private volatile Transaction running;
  private final OneTransaction asOne = new OneTransaction();
  private final CommitInProgress committing = new CommitInProgress();
  private volatile boolean aborted;
  private volatile boolean damaged;
  private @Nullable Consumer<Transaction> observer;
  private volatile @Nullable BooleanSupplier limiter;

  /** A journal without a running transaction's changes. */
  public Journal(BlockCache cache, Geometry geometry, CommitMethod commitMethod) {
    this(
        cache,
        geometry,
        commitMethod,
        (int) Math.max(SMALLEST_TRANSACTION, TRANSACTION_BYTES / cache.blockSize()));
  }

  /** A journal with another bound of its transactions; a small one forces restarts. */
  public Journal(
      BlockCache cache, Geometry geometry, CommitMethod commitMethod, int maxTransactionBlocks) {
    this.cache = cache;
    this.geometry = geometry;
    this.commitMethod = commitMethod;
    this.running = new Transaction(commitMethod::joining);
    this.maxTransactionBlocks = Math.min(maxTransactionBlocks, commitMethod.maxTransactionBlocks());
  }

  /**
   * Begins a change. Waits for the handle of another thread, and for a commit where the running
   * transaction has no room.
   *
   * @param credits how many blocks it will change at most before it asks for more
   * @throws FileOperationException EROFS after a commit has failed; ENOSPC if the log is too small
   *     for so many
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the handle gives the lock up
  public Handle start(int credits) throws IOException {
    RankedLock.Held held = handleLock.exclusive();
    try {
      Transaction transaction = withRoom(held, credits);
      if (Trace.JOURNAL.isHeard()) {
        Trace.JOURNAL.tell(0, "start", credits + " credits");
      }
      return new Handle(this, transaction, credits, held);
    } catch (IOException | RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  private boolean hasRoom(int credits) throws FileOperationException {
    requireUsable();
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
   * Refuses what no transaction can take, or not the one that all is to go into.
   *
   * @throws FileOperationException ENOSPC, or EROFS after a commit has failed
   */
  void requirePossible(int credits) throws FileOperationException {
    boolean unused = hasRoom(credits); // what it throws is the answer
  }

  /**
   * Makes the running transaction durable, and every one before it. No handle may be open.
   *
   * @throws FileOperationException EROFS after a commit has failed: it may have been another
   *     thread's, but what this thread changed was in it, or came after it
   */
  public void commit() throws IOException {
    commit(false);
  }

  private void commit(boolean endsOne) throws IOException {
    try (RankedLock.Held lock = commitLock.exclusive()) {
      long pastWrites = cache.pastWrites(); // taking it may be what flushes
      Transaction taken = take(endsOne);
      if (taken == null) {
        return;
      }
      write(taken);
      cache.flushed(pastWrites);
      if (Trace.JOURNAL.isHeard()) {
        Trace.JOURNAL.tell(0, "commit", taken.blockCount() + " blocks");
      }
      if (observer != null) {
        observer.accept(taken);
      }
    }
  }

  private void write(Transaction taken) throws IOException {
    try {
      judged(commitMethod::write);
      forgetFreed(taken);
    } catch (CommitFailedException e) {
      // A thread that waits for this commit has a handle open, and ends it before that is restored.
      committing.end();
      takeBack(taken, e.outcome());
      throw e;
    } finally {
      committing.end();
    }
  }

  /** What blocks held that are free now: the cache is gone through only where it is less work. */
  private void forgetFreed(Transaction taken) throws IOException {
    taken.revoked().forEach(cache::forget);
    if (taken.freed().blockCount(geometry) > cache.size()) {
      cache.forgetIf(number -> taken.freed().contains(number, geometry));
    } else {
      taken.freed().forEachBlockRun(geometry, cache::forgetRun);
    }
  }

  /** What comes after a failed commit is void, and so is what failed, unless the log has it. */
  private void takeBack(Transaction failed, Outcome outcome) {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      takeBackRunning();
      if (outcome != Outcome.IN_JOURNAL) {
        failed.takeBack();
      }
    }
  }

  /**
   * Registers what repeats in memory what the running transaction changes, on behalf of an
   * operation that has no handle open.
   */
  public void remember(Remembered memory) {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      running.remember(memory);
    }
  }

  /** Several operations that become durable together, or not at all. */
  @FunctionalInterface
  public interface Operations {
    /** Carries them out; commits that they ask for wait for the end. */
    void run() throws IOException;
  }

  /**
   * Makes one transaction of several operations. If one of them fails, or they do not fit in one
   * transaction, all are taken back, in memory, and nothing has been written. No other thread may
   * change anything meanwhile.
   *
   * @throws IOException the failure; also that of an operation which had done a part, where its
   *     caller went on
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
   * Describes the failure of an operation that has done a part, which stays done. Within one
   * transaction of several operations it does not stay: that is taken back as a whole, even if the
   * caller of the operation goes on.
   *
   * @param done what has been done, as a clause
   * @return what the caller throws
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
    running = new Transaction(commitMethod::joining);
  }

  /** Closes the running transaction for further changes; null if it has none that may be taken. */
  private @Nullable Transaction take(boolean endsOne) throws IOException {
    try (RankedLock.Held lock = handleLock.exclusive()) {
      requireUsable();
      if (running.isEmpty() || (isInOneTransaction() && !endsOne)) {
        return null;
      }
      Transaction taken = running;
      committing.begin(taken); // first: a reader finds its content here or there
      running = new Transaction(commitMethod::joining);
      boolean prepared = false;
      try {
        judged(() -> commitMethod.prepare(taken));
        prepared = true;
        return taken;
      } finally {
        if (!prepared) {
          committing.end();
        }
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Whatever ends a commit early, be it a bug, must not pass for a clean end. */
  private void judged(Step step) throws IOException {
    boolean done = false;
    boolean harmless = false;
    try {
      step.run();
      done = true;
    } catch (CommitFailedException e) {
      harmless = e.outcome() == Outcome.AS_BEFORE;
      throw e;
    } catch (CorruptionException e) {
      harmless = true; // found before anything counted, and taken back
      throw e;
    } finally {
      if (!done) {
        aborted = true;
        if (!harmless) {
          noteAbort();
        }
      }
    }
  }

  /**
   * Lets nothing more be changed, because something that was written may not have reached the
   * device, and notes it in the journal.
   */
  public void abort() {
    try (RankedLock.Held lock = commitLock.exclusive()) {
      noteAbort();
    }
  }

  private void noteAbort() {
    aborted = true;
    if (!damaged) {
      damaged = true;
      commitMethod.recordAbort();
    }
  }

  /** Leaves nothing for a recovery to do; what is not committed is lost. */
  public void finish() throws IOException {
    try (RankedLock.Held lock = commitLock.exclusive();
        RankedLock.Held handles = handleLock.exclusive()) {
      takeBackRunning();
      commitMethod.finish();
    }
  }

  /** Whether a commit has failed and the file system can no longer be changed. */
  public boolean isAborted() {
    return aborted;
  }

  /** Whether a failed commit may have left the image in a state between before and after. */
  public boolean mayHaveLeftDamage() {
    return damaged;
  }

  /** Blocks that one transaction can take at most. */
  public int maxTransactionBlocks() {
    return maxTransactionBlocks;
  }

  /** Lets somebody look at every transaction after it was committed. */
  public void observe(Consumer<Transaction> newObserver) {
    observer = newObserver;
  }

  /**
   * Space that is free in the bitmaps but must not be given out before its commit; null if none.
   */
  @Nullable FreedSpace busy() {
    Transaction transaction = committing.transaction();
    return transaction == null ? null : transaction.freed();
  }

  /** Whether a commit would bring space that was freed within reach. */
  public boolean hasFreedSpace() {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      return committing.transaction() != null || running.freed().groupCount() > 0;
    }
  }

  /**
   * Whether one of these blocks has content that is not home yet, or that a replay of the log would
   * write home: then it must not be written past the journal.
   */
  public boolean holds(long firstBlock, long blockCount) {
    if (handleLock.isHeldExclusively()) {
      return holdsLocked(firstBlock, blockCount);
    }
    try (RankedLock.Held handles = handleLock.shared()) {
      return holdsLocked(firstBlock, blockCount);
    }
  }

  private boolean holdsLocked(long firstBlock, long blockCount) {
    for (long block = firstBlock; block < firstBlock + blockCount; block++) {
      if (running.member(block) != null) {
        return true;
      }
    }
    return commitMethod.holds(firstBlock, blockCount);
  }

  /**
   * A block of content that is changed where it lies by a transaction that runs or is being
   * committed; null if there is none.
   */
  public @Nullable CachedBlock changedContent(long blockNumber) {
    Transaction.Member member = running.member(blockNumber);
    Transaction inCommit = committing.transaction(); // asked behind the running one, which it was
    if (member == null && inCommit != null) {
      member = inCommit.member(blockNumber);
    }
    return member != null && member.role().isContent() ? member.block() : null;
  }

  /** Receives what the running transaction has changed. */
  @FunctionalInterface
  public interface MemberVisitor {
    /** A block as it is in memory, and what it is. */
    void member(Transaction.Member member) throws IOException;
  }

  /** Shows all blocks that the running transaction has changed. */
  public void showRunning(MemberVisitor visitor) throws IOException {
    try (RankedLock.Held handles = handleLock.exclusive()) {
      for (Transaction.Member member : running.members()) {
        visitor.member(member);
      }
    }
  }

  /** Whether operations are to become one change. */
  public boolean isInOneTransaction() {
    return asOne.isUnderWay();
  }

  /**
   * Whether another thread is making one change of several operations: what the blocks say now may
   * be taken back, long after it was looked at, and is not to be remembered.
   */
  public boolean isPreliminary() {
    return asOne.isOfAnotherThread();
  }

  /** Blocks until no freed space is kept back any more; returns false if none was. */
  boolean awaitCommit() throws IOException {
    if (!committing.awaitEnd()) {
      return false;
    }
    requireUsable();
    return true;
  }

  /** From now on handles have to restart where this says so. For tests only. */
  public void limitCredits(@Nullable BooleanSupplier newLimiter) {
    limiter = newLimiter;
  }

  /** Whether a handle must restart though it need not. */
  boolean isLimited() {
    BooleanSupplier limits = limiter;
    return limits != null && limits.getAsBoolean();
  }

  /** Whether another thread waits for the handle that is open. */
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
   * Commits on behalf of a handle that holds nothing back, and gives it a transaction with room.
   */
  Transaction renew(RankedLock.Held held, int credits) throws IOException {
    if (!isInOneTransaction()) {
      held.droppedDuring(this::commit);
    }
    return withRoom(held, credits);
  }

  /**
   * Lets those who wait open their handles, and gives the handle that holds nothing back the
   * transaction that runs afterwards.
   */
  Transaction giveWay(RankedLock.Held held, int credits) throws IOException {
    held.giveWay();
    return withRoom(held, credits);
  }

  private Transaction withRoom(RankedLock.Held held, int credits) throws IOException {
    while (!hasRoom(credits) || remembersMuch()) {
      held.droppedDuring(this::commit);
    }
    return running;
  }

  /** What is remembered stays in memory as long as it may have to be forgotten. */
  private boolean remembersMuch() {
    return running.memories().size() > MOST_MEMORIES && !isInOneTransaction();
  }

  private void requireUsable() throws FileOperationException {
    if (aborted) {
      throw new FileOperationException(
          Errno.EROFS, "an earlier write failed: no more changes are made");
    }
  }
}
