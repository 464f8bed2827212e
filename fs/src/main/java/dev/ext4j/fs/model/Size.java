package dev.ext4j.fs.model;

/** What becomes of the size of a file when an operation ends beyond it. */
public enum Size {
  /** The file grows to the end of the operation. */
  GROW,
  /** The file keeps its size: {@code FALLOC_FL_KEEP_SIZE}. */
  KEEP
}
