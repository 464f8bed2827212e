package dev.ext4j.fs.model;

/** The choice whether an operation whose range ends beyond the end of a file changes its size. */
public enum Size {
  /** The file grows to the end of the operation's range. */
  GROW,
  /** The file keeps its size: {@code FALLOC_FL_KEEP_SIZE}. */
  KEEP
}
