package dev.ext4j.blockdev.sim;

/** What a crash may do to one write that was not flushed. */
public enum Tearing {
  /** Keep it or lose it. */
  NONE,
  /** Keep any of its sectors and lose the others, as {@code BlockDevice} allows. */
  SECTORS
}
