package dev.ext4j.fs;

/**
 * What a run of logical blocks of a file is.
 *
 * @param logicalBlock first block of the run within the file
 * @param physicalBlock first block on the file system; 0 for a hole
 * @param blockCount length of the run, at least 1
 * @param state written, unwritten or hole
 */
public record Mapping(
    long logicalBlock, long physicalBlock, long blockCount, MappingVisitor.State state) {
  /** Checks the bounds. */
  public Mapping {
    if (logicalBlock < 0 || blockCount < 1) {
      throw new IllegalArgumentException("no mapping: " + logicalBlock + " + " + blockCount);
    }
  }

  /** A run without blocks. */
  public static Mapping hole(long logicalBlock, long blockCount) {
    return new Mapping(logicalBlock, 0, blockCount, MappingVisitor.State.HOLE);
  }

  /** Logical block after the run. */
  public long logicalEnd() {
    return logicalBlock + blockCount;
  }

  /** Whether there are blocks on the device. */
  public boolean isAllocated() {
    return state == MappingVisitor.State.WRITTEN || state == MappingVisitor.State.UNWRITTEN;
  }

  /** For people: {@code 0..59 HOLE}, {@code 60..61 WRITTEN at 512}. */
  @Override
  public String toString() {
    String range = logicalBlock + ".." + (logicalEnd() - 1) + " " + state;
    return isAllocated() ? range + " at " + physicalBlock : range;
  }

  /** Whether another run says the same of the blocks that both are of: state and place. */
  public boolean agreesWith(Mapping other) {
    return state == other.state
        && (!isAllocated()
            || physicalBlock - logicalBlock == other.physicalBlock - other.logicalBlock);
  }

  /** The part of the run from a logical block inside it on, at most {@code maxCount} blocks. */
  public Mapping from(long newLogicalBlock, long maxCount) {
    long skip = newLogicalBlock - logicalBlock;
    long physical = isAllocated() ? physicalBlock + skip : 0;
    return new Mapping(newLogicalBlock, physical, Math.min(blockCount - skip, maxCount), state);
  }
}
