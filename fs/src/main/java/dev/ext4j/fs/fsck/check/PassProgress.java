package dev.ext4j.fs.fsck.check;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ext4j.fs.model.ProgressListener;

/**
 * A listener that combines the progress of several passes with several threads each into one
 * progress, which never decreases.
 */
final class PassProgress implements ProgressListener {
  private static final long TOTAL = 1000;

  private final ProgressListener target;

  @GuardedBy("this")
  private long start;

  @GuardedBy("this")
  private long share;

  @GuardedBy("this")
  private long told = -1;

  PassProgress(ProgressListener target) {
    this.target = target;
  }

  /** Begins a pass that usually takes a number of thousandths of the total time. */
  synchronized void begin(int thousandths) {
    start += share;
    share = thousandths;
    tell(start);
  }

  @Override
  public synchronized void progress(long done, long total) {
    tell(total <= 0 ? start : start + share * Math.min(done, total) / total);
  }

  @GuardedBy("this")
  private void tell(long thousandths) {
    if (thousandths > told) {
      told = thousandths;
      target.progress(thousandths, TOTAL);
    }
  }
}
