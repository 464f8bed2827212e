package dev.ext4j.fs.inspect;

/** The choice whether a walk of a mapping passes holes to the visitor. */
public enum Holes {
  /** Only runs of mapped blocks are passed. */
  OMITTED,
  /** Holes up to the end of the file are passed as well. */
  SHOWN
}
