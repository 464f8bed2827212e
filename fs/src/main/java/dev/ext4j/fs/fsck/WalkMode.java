package dev.ext4j.fs.fsck;

/** What a walk through a mapping does beside showing it. */
enum WalkMode {
  /** Claims the blocks, and reports what is wrong. */
  CLAIM,
  /** Reports what is wrong. */
  REPORT,
  /** Nothing: somebody only wants to know. */
  LOOK
}
