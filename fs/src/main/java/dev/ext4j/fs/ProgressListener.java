package dev.ext4j.fs;

/** Is told how far a long operation has come. Called often: it must be cheap. */
@FunctionalInterface
public interface ProgressListener {
  /** Tells nobody. */
  ProgressListener NONE = (done, total) -> {};

  /**
   * Progress was made.
   *
   * @param done units done so far; never decreases
   * @param total units in all
   */
  void progress(long done, long total);
}
