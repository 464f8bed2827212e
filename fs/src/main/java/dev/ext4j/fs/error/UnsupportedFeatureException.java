package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/**
 * The refusal of an image, or of an operation, because of a feature that this library cannot read
 * or cannot write. The image shows no damage, so a repair would not help. A newer version of this
 * library may help.
 */
public final class UnsupportedFeatureException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * Creates an exception for an image or operation that was refused.
   *
   * @param feature the feature's name as e2fsprogs spells it
   * @param what the operation that is refused, and the remedy
   */
  public UnsupportedFeatureException(String feature, String what) {
    super(what);
    this.feature = feature;
  }

  /** Returns the feature's name, as mke2fs and dumpe2fs spell it. */
  public String feature() {
    return feature;
  }

  @Override
  public Errno errno() {
    return Errno.EOPNOTSUPP;
  }
}
