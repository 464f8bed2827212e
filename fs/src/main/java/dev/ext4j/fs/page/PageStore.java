package dev.ext4j.fs.page;

import java.io.IOException;

/** Brings dirty pages to the disk: implemented where it is known what blocks are. */
@FunctionalInterface
public interface PageStore {
  /**
   * Writes the dirty pages of a range; when this returns they are on the device, and their blocks
   * are written ones, in a transaction that need not be durable yet.
   *
   * @param first first block of the range
   * @param end block behind it
   * @throws IOException the first failure; what failed is dirty still, unless it was its own
   *     content that the device refused: that is lost
   */
  void writeBack(FilePages file, long first, long end) throws IOException;

  /** Nowhere: for a cache in which no page becomes dirty. */
  PageStore NONE =
      (file, first, end) -> {
        throw new IllegalStateException("nobody can write dirty pages");
      };
}
