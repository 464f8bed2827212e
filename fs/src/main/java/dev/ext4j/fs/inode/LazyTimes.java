package dev.ext4j.fs.inode;

import dev.ext4j.fs.format.InodeView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time of the last write to pages of a file, until it is in the fields of the inode (the
 * kernel's {@code I_DIRTY_TIME}). A write to pages changes no block, so it needs no handle for its
 * time. The next handle that changes the inode takes the time over.
 */
public final class LazyTimes {
  private volatile @Nullable Instant last;
  private volatile boolean pending;

  LazyTimes() {}

  /** Records a write. The caller holds the inode lock exclusively. */
  public void note(Instant now) {
    last = now;
    pending = true;
  }

  /** Returns whether a recorded time is not in the fields of the inode. */
  public boolean isPending() {
    return pending;
  }

  /** Sets the times of a copy of the fields as they would be after {@link #settle}. */
  public void show(InodeView copy) {
    Instant time = last;
    if (pending && time != null) {
      copy.setModificationTime(time);
      copy.setChangeTime(time);
    }
  }

  /** Moves the recorded time to the fields of the inode, which an open handle changes. */
  void settle(InodeView fields) {
    if (!pending) {
      return;
    }
    pending = false; // first, so that a time that is recorded meanwhile stays pending
    Instant time = last;
    if (time != null) {
      fields.setModificationTime(time);
      fields.setChangeTime(time);
      fields.increaseVersion();
    }
  }

  /**
   * Makes the recorded time pending again if the fields, which were restored, have an earlier one.
   * A later change of the file may have set a later one, which stays.
   */
  void undo(InodeView fields) {
    Instant time = last;
    pending = time != null && time.isAfter(fields.modificationTime());
  }
}
