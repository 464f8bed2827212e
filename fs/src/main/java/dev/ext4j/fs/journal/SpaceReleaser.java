package dev.ext4j.fs.journal;

import java.io.IOException;

/** Turns what a transaction freed into free space. Implemented by the allocator. */
public interface SpaceReleaser {
  /**
   * Clears the bits of freed clusters and raises the counters. Called once for each transaction, at
   * the point of its commit where nothing on disk refers to the clusters any more.
   */
  void release(FreedSpace freed, Transaction transaction) throws IOException;
}
