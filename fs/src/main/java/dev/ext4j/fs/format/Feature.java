package dev.ext4j.fs.format;

/** One feature bit of the superblock. */
public interface Feature {
  /** Returns the bit of this feature in its feature word. */
  long bit();

  /** Returns the name of this feature that mke2fs and dumpe2fs use. */
  String label();

  /** Returns the support of this library for file systems that have this feature. */
  default Support support() {
    return Support.READ_WRITE;
  }

  /** The degrees of support for file systems that have a feature. */
  enum Support {
    /** The library reads and changes such file systems. */
    READ_WRITE,
    /**
     * The library reads such file systems. It refuses to change them with an exception that names
     * the feature.
     */
    READ_ONLY,
    /** The library does not open such file systems. */
    REFUSED
  }
}
