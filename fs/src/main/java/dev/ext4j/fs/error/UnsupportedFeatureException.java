package dev.ext4j.fs.error;

import dev.ext4j.blockdev.Errno;

/**
 * The refusal of an image or of an operation, because the image has a feature that this library
 * cannot read or cannot write. No damage was found, so a repair would not help. A newer version of
 * this library may help.
 */
public final class UnsupportedFeatureException extends Ext4Exception {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * Creates an exception for an image or operation that was refused.
   *
   * @param feature the name of the feature as e2fsprogs spells it, or a name of another property
   *     that is not supported, for example "revision"
   * @param what the operation that is refused, and the remedy
   */
  public UnsupportedFeatureException(String feature, String what) {
    super(what);
    this.feature = feature;
  }

  /**
   * Returns the name of the feature as e2fsprogs spells it, or the name of another property that is
   * not supported, for example "revision".
   */
  public String feature() {
    return feature;
  }

  @Override
  public Errno errno() {
    return Errno.EOPNOTSUPP;
  }
}
