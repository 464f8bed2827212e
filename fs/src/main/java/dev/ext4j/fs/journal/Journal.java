package dev.ext4j.fs.journal;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects changes in a running transaction and commits it. There is one handle at a time; who
 * starts one holds the lock of its inode and keeps others out.
 *
 * <p>After a commit has failed nothing more is written: every later start fails with EROFS.
 */
public final class Journal {
  /** Bytes of changed blocks that one transaction may hold in memory. */
  private static final long TRANSACTION_BYTES = 8L << 20;

  private static final int SMALLEST_TRANSACTION = 128;

  private final BlockCache cache;
  private final CommitMethod commitMethod;
  private final int maxTransactionBlocks;
  private Transaction running = new Transaction();
  private boolean handleActive;
  private boolean aborted;
  private boolean damaged;
  private @Nullable Consumer<Transaction> observer;

  /** A journal without a running transaction's changes. */
  public Journal(BlockCache cache, CommitMethod commitMethod) {
    this(
        cache,
        commitMethod,
        (int) Math.max(SMALLEST_TRANSACTION, TRANSACTION_BYTES / cache.blockSize()));
  }

  /** A journal with another bound of its transactions; a small one forces restarts. */
  public Journal(BlockCache cache, CommitMethod commitMethod, int maxTransactionBlocks) {
    this.cache = cache;
    this.commitMethod = commitMethod;
    this.maxTransactionBlocks = maxTransactionBlocks;
  }

  /**
   * Begins a change.
   *
   * @param credits how many blocks it will change at most before it asks for more
   * @throws FileOperationException EROFS after a commit has failed
   */
  @MustBeClosed
  public Handle start(int credits) throws IOException {
    if (handleActive) {
      throw new IllegalStateException("a handle is open already");
    }
    Transaction transaction = join(credits);
    handleActive = true;
    return new Handle(this, transaction, credits);
  }

  /** Makes the running transaction durable. */
  public void commit() throws IOException {
    if (running.isEmpty()) {
      return;
    }
    requireUsable();
    Transaction committing = running;
    running = new Transaction();
    // Whatever ends a commit early, be it a bug, must not pass for a clean end when the mount
    // closes.
    aborted = true;
    damaged = true;
    try {
      commitMethod.commit(committing);
      aborted = false;
      damaged = false;
    } catch (CommitFailedException e) {
      damaged = e.outcome() != Outcome.AS_BEFORE;
      throw e;
    } catch (CorruptionException e) {
      damaged = false; // found before the commit was complete, and taken back
      throw e;
    }
    committing.revoked().forEach(cache::forget);
    for (Transaction.Member member : committing.members()) {
      if (member.role().isContent()) {
        cache.forget(member.block().number()); // content is read past the cache
      }
    }
    if (observer != null) {
      observer.accept(committing);
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

  Transaction join(int credits) throws IOException {
    requireUsable();
    if (credits > maxTransactionBlocks) {
      throw new IllegalStateException(
          "an operation wants " + credits + " credits of " + maxTransactionBlocks);
    }
    if (!running.isEmpty() && running.blockCount() + credits > maxTransactionBlocks) {
      commit();
    }
    return running;
  }

  boolean canExtend(Transaction transaction, int needed) {
    return transaction.blockCount() + needed <= maxTransactionBlocks;
  }

  void handleEnded() {
    handleActive = false;
  }

  private void requireUsable() throws FileOperationException {
    if (aborted) {
      throw new FileOperationException(
          Errno.EROFS, "an earlier write failed: no more changes are made");
    }
  }
}
