package dev.ext4j.fs.model;

/**
 * A run of logical blocks of a file, and the physical blocks that they are mapped to.
 *
 * @param logicalBlock first block of the run within the file
 * @param physicalBlock first physical block of the run, or 0 if the run is not allocated
 * @param blockCount length of the run, at least 1
 * @param state the state that all blocks of the run have
 */
public record Mapping(
    long logicalBlock, long physicalBlock, long blockCount, MappingVisitor.State state) {
  /** Checks the bounds. */
  public Mapping {
    if (logicalBlock < 0 || blockCount < 1) {
      throw new IllegalArgumentException("no mapping: " + logicalBlock + " + " + blockCount);
    }
  }

  /** Returns a run that is a hole. */
  public static Mapping hole(long logicalBlock, long blockCount) {
    return new Mapping(logicalBlock, 0, blockCount, MappingVisitor.State.HOLE);
  }

  /** Returns the logical block after the run. */
  public long logicalEnd() {
    return logicalBlock + blockCount;
  }

  /** Returns whether the run is allocated on the device. */
  public boolean isAllocated() {
    return state == MappingVisitor.State.WRITTEN || state == MappingVisitor.State.UNWRITTEN;
  }

  /** Returns a text for people, for example {@code 0..59 HOLE} or {@code 60..61 WRITTEN at 512}. */
  @Override
  public String toString() {
    String range = logicalBlock + ".." + (logicalEnd() - 1) + " " + state;
    return isAllocated() ? range + " at " + physicalBlock : range;
  }

  /**
   * Returns whether this run and another one give their common blocks the same state and the same
   * physical blocks.
   */
  public boolean agreesWith(Mapping other) {
    return state == other.state
        && (!isAllocated()
            || physicalBlock - logicalBlock == other.physicalBlock - other.logicalBlock);
  }

  /**
   * Returns the part of the run that starts at a given block of the run. It has at most {@code
   * maxCount} blocks.
   */
  public Mapping from(long newLogicalBlock, long maxCount) {
    long skip = newLogicalBlock - logicalBlock;
    long physical = isAllocated() ? physicalBlock + skip : 0;
    return new Mapping(newLogicalBlock, physical, Math.min(blockCount - skip, maxCount), state);
  }
}
