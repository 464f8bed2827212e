package dev.ext4j.fs.model;

import java.io.IOException;

/**
 * A receiver for the mapping of a file. It is called once for each run, in the order of logical
 * blocks.
 */
@FunctionalInterface
public interface MappingVisitor {
  /** The states of a run of logical blocks. */
  enum State {
    /** Allocated and holding data. */
    WRITTEN,
    /** Allocated, but reads as zeros ({@code FIEMAP_EXTENT_UNWRITTEN}). */
    UNWRITTEN,
    /** Not allocated, and reads as zeros. Such runs are reported only if holes were requested. */
    HOLE,
    /** The content is in memory. The space is reserved, but no block is allocated yet. */
    DELAYED,
    /** The content is stored in the inode itself ({@code FIEMAP_EXTENT_DATA_INLINE}). */
    INLINE
  }

  /**
   * Receives one run, which is contiguous both in the file and on the device.
   *
   * @param logicalBlock first block of the run within the file
   * @param physicalBlock first physical block of the run, or 0 if the run is not allocated
   * @param blockCount length of the run, at least 1
   * @param state the state of the run
   * @return false to end the walk
   */
  boolean visit(long logicalBlock, long physicalBlock, long blockCount, State state)
      throws IOException;
}
