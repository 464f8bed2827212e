package dev.ext4j.fs.extent;

/** A listener that receives the progress of a removal, from the end of its range to the start. */
@FunctionalInterface
public interface RemovalListener {
  /** Called when everything from a logical block to the end of the range has been removed. */
  void removedDownTo(long logicalBlock);
}
