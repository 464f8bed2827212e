package dev.ext4j.fs.extent;

/** A listener that receives the progress of a removal, from the end of its range to the start. */
@FunctionalInterface
public interface RemovalListener {
  /** Called when all blocks of the range that are at or after a logical block have been removed. */
  void removedDownTo(long logicalBlock);
}
