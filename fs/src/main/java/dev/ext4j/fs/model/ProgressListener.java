package dev.ext4j.fs.model;

/** A listener for the progress of a long operation. It is called often, so it must be fast. */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does nothing. */
  ProgressListener NONE = (done, total) -> {};

  /**
   * Receives the progress made so far.
   *
   * @param done number of units done so far; it never decreases
   * @param total number of units in total
   */
  void progress(long done, long total);
}
