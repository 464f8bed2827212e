package dev.ext4j.fs.fsck.inode;

/** The effects of a walk through a mapping, besides passing runs to a listener. */
enum WalkMode {
  /** Claims the blocks, and reports problems. */
  CLAIM,
  /** Reports problems. */
  REPORT,
  /** Has no other effect: the caller only needs the runs. */
  LOOK
}
