package dev.ext4j.fs.journal;

import java.io.IOException;

/** Turns what a transaction freed into free space. Implemented by the allocator. */
public interface SpaceReleaser {
  /**
   * Clears the bits of freed clusters and raises the counters, as a part of the transaction. Called
   * once for each transaction, when nothing more is added to it.
   */
  void release(FreedSpace freed, BlockChanges transaction) throws IOException;

  /** The transaction is durable; the clusters have not been given out again yet. */
  default void committed(FreedSpace freed) {}

  /**
   * Makes checksums right that are not kept right at every change, before blocks are written or
   * logged.
   */
  default void seal() {}
}
