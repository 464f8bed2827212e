package dev.ext4j.fs.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A scope that makes several operations of one thread a single transaction, from {@link #begin}
 * until {@link #end}.
 */
final class OneTransaction {
  private volatile @Nullable Thread owner;
  private volatile @Nullable IOException failure;

  /** Begins the scope for the calling thread. */
  void begin() {
    failure = null;
    owner = Thread.currentThread();
  }

  /** Ends the scope. */
  void end() {
    owner = null;
  }

  /** Returns whether the scope has begun and has not ended yet. */
  boolean isUnderWay() {
    return owner != null;
  }

  /** Returns whether the scope has begun and belongs to another thread than the calling one. */
  boolean isOfAnotherThread() {
    Thread making = owner;
    return making != null && making != Thread.currentThread();
  }

  /**
   * Records the first failure of a partially completed operation. The completed part can be undone
   * only together with the whole transaction.
   */
  void fail(IOException ofAnOperation) {
    if (failure == null) {
      failure = ofAnOperation;
    }
  }

  /**
   * Checks that no operation was left partially completed.
   *
   * @throws IOException the failure that was recorded
   */
  void requireWhole() throws IOException {
    IOException noted = failure;
    if (noted != null) {
      throw noted;
    }
  }
}
