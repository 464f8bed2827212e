package dev.ext4j.fs.race;

import dev.ext4j.fs.mount.SmallTransactions;
import java.time.Duration;

/** The two ways in which changes become durable. */
enum Commits {
  /** Each operation commits by itself. */
  BY_OPERATIONS,
  /** A thread commits after a time that is short enough for a test. */
  BY_A_THREAD;

  private static final Duration INTERVAL = Duration.ofMillis(30);

  /** Lets a file system commit in this way. Called before its first change. */
  void begin(SmallTransactions mount, Batches batches) {
    if (this == BY_A_THREAD) {
      mount.commitEvery(INTERVAL, batches::beside);
    }
  }
}
