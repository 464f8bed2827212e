package dev.ext4j.fs.page;

import java.io.IOException;

/**
 * The destination of dirty pages. The layer above, which knows the mapping of files, implements it.
 */
@FunctionalInterface
public interface PageStore {
  /**
   * Writes the dirty pages of a range. Afterwards the content of these pages is on the device, and
   * their blocks are in the state written. The transaction that has changed this state may not be
   * durable yet.
   *
   * @param first the first block of the range
   * @param end the block after the range
   * @throws IOException if a page could not be written: the first failure. The page stays dirty,
   *     unless the failure concerns the content of this page only. In that case the content is lost
   */
  void writeBack(FilePages file, long first, long end) throws IOException;

  /** A store for a cache in which no page becomes dirty. */
  PageStore NONE =
      (file, first, end) -> {
        throw new IllegalStateException("there is no store for dirty pages");
      };
}
