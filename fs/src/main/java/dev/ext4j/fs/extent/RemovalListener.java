package dev.ext4j.fs.extent;

/** Is told how far a removal has come, from the end of its range to the start. */
@FunctionalInterface
public interface RemovalListener {
  /** Everything from a logical block to the end of the range has been removed. */
  void removedDownTo(long logicalBlock);
}
