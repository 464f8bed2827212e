package dev.ext4j.fs.mount;

import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/** The changes of a file system that are not durable yet, or not in their home blocks. */
final class Uncommitted implements CommitThread.Work {
  private final Volume volume;
  private final Journal journal;
  private final Scope changes;

  /** A scope in which no thread makes several operations one atomic change. */
  @FunctionalInterface
  interface Scope {
    /** Runs an action in the scope. */
    void during(Journal.Operations action) throws IOException;
  }

  Uncommitted(Volume volume, Scope changes) {
    this.volume = volume;
    this.journal = volume.journal();
    this.changes = changes;
  }

  @Override
  public boolean isPending() {
    return !journal.isAborted() && (journal.hasUncommitted() || volume.pages().dirtyCount() > 0);
  }

  @Override
  public boolean isUrgent() {
    return journal.isHalfFull();
  }

  @Override
  public void commit() throws IOException {
    changes.during(
        () -> {
          try {
            volume.pages().writeAll();
          } finally {
            volume.sync(); // the changes of all files, also if a page cannot be written
          }
        });
  }

  @Override
  public boolean wantsCheckpoint() {
    return journal.wantsCheckpoint();
  }

  @Override
  public void checkpoint() throws IOException {
    changes.during(journal::checkpointOldest);
  }
}
