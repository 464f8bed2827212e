package dev.ext4j.blockdev.sim;

/** The damage that a crash may do to a single write that was not flushed. */
public enum Tearing {
  /** The write is kept or lost as a whole. */
  NONE,
  /** Any of its sectors are kept and the others are lost, as {@code BlockDevice} allows. */
  SECTORS
}
