package dev.ext4j.fs.format;

/** One feature bit of the superblock. */
public interface Feature {
  /** The bit in its word. */
  long bit();

  /** The name that mke2fs and dumpe2fs use. */
  String label();

  /** What this library does with file systems that have it. */
  default Support support() {
    return Support.READ_WRITE;
  }

  /** What can be done with file systems that have a feature. */
  enum Support {
    /** Read and changed. */
    READ_WRITE,
    /** Read; changes are refused by the feature's name. */
    READ_ONLY,
    /** Not opened at all. */
    REFUSED
  }
}
