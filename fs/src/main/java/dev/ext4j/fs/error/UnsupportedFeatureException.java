package dev.ext4j.fs.error;

/**
 * The image is sound as far as can be seen, but uses a feature that this library cannot read, or
 * cannot write. A newer version may; repairing the image would not help.
 */
public final class UnsupportedFeatureException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * A refusal.
   *
   * @param feature the feature's name as e2fsprogs spells it
   * @param what what cannot be done, and what would help
   */
  public UnsupportedFeatureException(String feature, String what) {
    super(what);
    this.feature = feature;
  }

  /** The feature's name, as mke2fs and dumpe2fs spell it. */
  public String feature() {
    return feature;
  }

  @Override
  public Errno errno() {
    return Errno.EOPNOTSUPP;
  }
}
