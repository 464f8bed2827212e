package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.FileOperationException;
import java.io.IOException;

/**
 * Whether a journal still accepts changes. A journal aborts when a commit fails, and it never
 * recovers: what the device holds is then uncertain, so a later write could make it worse.
 *
 * <p>Any thread may ask. Callers of the other methods hold the commit lock or the handle lock.
 */
final class AbortState {
  private final CommitMethod commitMethod;
  private volatile boolean aborted;
  private volatile boolean damaged;

  /** A step of a commit. */
  interface Step {
    void run() throws IOException;
  }

  AbortState(CommitMethod commitMethod) {
    this.commitMethod = commitMethod;
  }

  /** Runs a step of a commit. If it throws, even because of a bug, no more changes are allowed. */
  void judge(Step step) throws IOException {
    boolean done = false;
    boolean harmless = false;
    try {
      step.run();
      done = true;
    } catch (CommitFailedException e) {
      harmless = e.outcome() == Outcome.AS_BEFORE;
      throw e;
    } catch (CorruptionException e) {
      harmless = true; // found before it had an effect, and its changes were undone
      throw e;
    } finally {
      if (!done) {
        aborted = true;
        if (!harmless) {
          abort();
        }
      }
    }
  }

  /** Allows no more changes. Records the failure in the journal, the first time it is called. */
  void abort() {
    aborted = true;
    if (!damaged) {
      damaged = true;
      commitMethod.recordAbort();
    }
  }

  /**
   * Checks that changes are allowed.
   *
   * @throws FileOperationException with EROFS if not
   */
  void requireNone() throws FileOperationException {
    if (aborted) {
      throw new FileOperationException(
          Errno.EROFS, "an earlier write failed: no more changes are made");
    }
  }

  /** Returns whether no more changes are allowed. */
  boolean isAborted() {
    return aborted;
  }

  /** Returns whether a failed commit may have written a part of its transaction to the image. */
  boolean mayHaveLeftDamage() {
    return damaged;
  }
}
