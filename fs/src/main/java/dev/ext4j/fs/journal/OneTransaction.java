package dev.ext4j.fs.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The period in which one thread makes several operations a single transaction. */
final class OneTransaction {
  private volatile @Nullable Thread owner;
  private volatile @Nullable IOException failure;

  /** Begins the period for the calling thread. */
  void begin() {
    failure = null;
    owner = Thread.currentThread();
  }

  /** Ends the period. */
  void end() {
    owner = null;
  }

  /** Returns whether the period has begun and not ended. */
  boolean isUnderWay() {
    return owner != null;
  }

  /** Returns whether another thread than the calling one has begun the period. */
  boolean isOfAnotherThread() {
    Thread making = owner;
    return making != null && making != Thread.currentThread();
  }

  /**
   * Notes the first failure of an operation that was done in part. The part that was done can be
   * undone only together with the whole transaction.
   */
  void fail(IOException ofAnOperation) {
    if (failure == null) {
      failure = ofAnOperation;
    }
  }

  /**
   * Checks that each operation was done completely.
   *
   * @throws IOException the failure that was noted
   */
  void requireWhole() throws IOException {
    IOException noted = failure;
    if (noted != null) {
      throw noted;
    }
  }
}
