package dev.ext4j.fs;

import java.io.IOException;

/** Receives a file's mapping piece by piece, in the order of logical blocks. */
@FunctionalInterface
public interface MappingVisitor {
  /** What a run of logical blocks is. */
  enum State {
    /** Allocated and holding data. */
    WRITTEN,
    /** Allocated, but reads as zeros ({@code FIEMAP_EXTENT_UNWRITTEN}). */
    UNWRITTEN,
    /** Not allocated, reads as zeros; only reported where holes were asked for. */
    HOLE,
    /** Written in memory, space is reserved, but none is allocated yet. */
    DELAYED,
    /** The content lies in the inode itself ({@code FIEMAP_EXTENT_DATA_INLINE}). */
    INLINE
  }

  /**
   * One run, contiguous both in the file and on the device.
   *
   * @param logicalBlock first block of the run within the file
   * @param physicalBlock first block on the file system; 0 for {@code HOLE} and {@code INLINE}
   * @param blockCount length of the run, at least 1
   * @return false to end the walk
   */
  boolean visit(long logicalBlock, long physicalBlock, long blockCount, State state)
      throws IOException;
}
