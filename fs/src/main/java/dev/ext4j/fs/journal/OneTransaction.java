package dev.ext4j.fs.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The time in which one thread makes a single transaction of several operations. */
final class OneTransaction {
  private volatile @Nullable Thread owner;
  private volatile @Nullable IOException failure;

  /** Begins on behalf of the calling thread. */
  void begin() {
    failure = null;
    owner = Thread.currentThread();
  }

  /** Ends. */
  void end() {
    owner = null;
  }

  /** Returns whether it is under way. */
  boolean isUnderWay() {
    return owner != null;
  }

  /** Returns whether it is under way, and belongs to another thread than the calling one. */
  boolean isOfAnotherThread() {
    Thread making = owner;
    return making != null && making != Thread.currentThread();
  }

  /**
   * Notes the first failure of an operation that has done a part, which nothing else takes back.
   */
  void fail(IOException ofAnOperation) {
    if (failure == null) {
      failure = ofAnOperation;
    }
  }

  /**
   * Checks that each operation was done as a whole.
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
