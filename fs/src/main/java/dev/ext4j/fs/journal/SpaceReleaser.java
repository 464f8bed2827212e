package dev.ext4j.fs.journal;

import java.io.IOException;

/** The receiver of freed clusters, which makes them free space. The allocator implements it. */
public interface SpaceReleaser {
  /**
   * Clears the bits of freed clusters and raises the counters, as a part of the transaction. Called
   * once for each transaction, after its last handle has ended.
   */
  void release(FreedSpace freed, BlockChanges transaction) throws IOException;

  /**
   * Receives the clusters that a durable transaction has freed, before they are allocated again.
   */
  default void committed(FreedSpace freed) {}

  /**
   * Updates the checksums that are not updated at every change. Called before blocks are written or
   * logged.
   */
  default void seal() {}
}
