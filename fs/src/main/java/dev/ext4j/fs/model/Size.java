package dev.ext4j.fs.model;

/** The effect on the size of a file of an operation that ends beyond it. */
public enum Size {
  /** The file grows to the end of the operation's range. */
  GROW,
  /** The file keeps its size: {@code FALLOC_FL_KEEP_SIZE}. */
  KEEP
}
