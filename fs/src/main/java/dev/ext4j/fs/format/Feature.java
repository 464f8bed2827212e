package dev.ext4j.fs.format;

/** One feature bit of the superblock. */
public interface Feature {
  /** Returns the bit in its word. */
  long bit();

  /** Returns the name that mke2fs and dumpe2fs use. */
  String label();

  /** Returns what this library does with file systems that have the feature. */
  default Support support() {
    return Support.READ_WRITE;
  }

  /** The support for file systems that have a feature. */
  enum Support {
    /** They are read and changed. */
    READ_WRITE,
    /** They are read. An attempt to change them is refused with the feature's name. */
    READ_ONLY,
    /** They are not opened at all. */
    REFUSED
  }
}
