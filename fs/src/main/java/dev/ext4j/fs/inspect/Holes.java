package dev.ext4j.fs.inspect;

/** Whether a walk of a mapping shows holes. */
public enum Holes {
  /** Only runs of mapped blocks are shown. */
  OMITTED,
  /** Holes up to the end of the file are shown as well. */
  SHOWN
}
