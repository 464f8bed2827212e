package dev.ext4j.fs.format;

import dev.ext4j.fs.error.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The three feature words of a superblock. The methods check whether the file system can be read,
 * changed or checked.
 */
public record FeatureSet(long compat, long incompat, long roCompat) {
  /**
   * Features that have a name, but whose rules are not known, because no program makes file systems
   * with them.
   */
  private static final List<Feature> UNWRITTEN =
      List.of(
          CompatFeature.LAZY_BG,
          CompatFeature.EXCLUDE_BITMAP,
          RoCompatFeature.BTREE_DIR,
          RoCompatFeature.HAS_SNAPSHOT,
          RoCompatFeature.REPLICA);

  /** Returns whether the file system has a feature. */
  public boolean has(CompatFeature feature) {
    return (compat & feature.bit()) != 0;
  }

  /** Returns whether the file system has a feature. */
  public boolean has(IncompatFeature feature) {
    return (incompat & feature.bit()) != 0;
  }

  /** Returns whether the file system has a feature. */
  public boolean has(RoCompatFeature feature) {
    return (roCompat & feature.bit()) != 0;
  }

  /** Returns the names of all features of the file system, as {@code dumpe2fs -h} prints them. */
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    collect(compat, CompatFeature.values(), "FEATURE_C", labels);
    collect(incompat, IncompatFeature.values(), "FEATURE_I", labels);
    collect(roCompat, RoCompatFeature.values(), "FEATURE_R", labels);
    return labels;
  }

  /**
   * Checks that this library can read the file system.
   *
   * @throws UnsupportedFeatureException with the name of the first feature that cannot be read or
   *     is unknown
   */
  public void checkReadable() throws UnsupportedFeatureException {
    if (has(IncompatFeature.JOURNAL_DEV)) {
      throw new UnsupportedFeatureException(
          IncompatFeature.JOURNAL_DEV.label(),
          "this is the external journal of a file system (journal_dev), not a file system");
    }
    for (IncompatFeature feature : IncompatFeature.values()) {
      if (has(feature) && feature.support() == Feature.Support.REFUSED) {
        throw new UnsupportedFeatureException(
            feature.label(), "the feature " + feature.label() + " cannot be read");
      }
    }
    refuseUnknown(
        incompat, IncompatFeature.values(), "FEATURE_I", "cannot be read: it may change anything");
  }

  /**
   * Checks that this library can change the file system. The caller has called {@link
   * #checkReadable}.
   *
   * @throws UnsupportedFeatureException with the name of the first feature that does not allow a
   *     change
   */
  public void checkWritable() throws UnsupportedFeatureException {
    for (IncompatFeature feature : IncompatFeature.values()) {
      if (has(feature) && feature.support() == Feature.Support.READ_ONLY) {
        throw readOnly(feature.label());
      }
    }
    for (RoCompatFeature feature : RoCompatFeature.values()) {
      if (has(feature) && feature.support() == Feature.Support.READ_ONLY) {
        throw readOnly(feature.label());
      }
    }
    refuseUnknown(
        roCompat, RoCompatFeature.values(), "FEATURE_R", "can be read but not be written");
  }

  /**
   * Checks that the rules of all features are known, so that fsck can check the file system. The
   * caller has called {@link #checkReadable}.
   *
   * @throws UnsupportedFeatureException with the name of the first feature that is unknown or whose
   *     rules are not known
   */
  public void checkCheckable() throws UnsupportedFeatureException {
    for (Feature feature : UNWRITTEN) {
      boolean on =
          feature instanceof CompatFeature compatible
              ? has(compatible)
              : has((RoCompatFeature) feature);
      if (on) {
        throw new UnsupportedFeatureException(
            feature.label(),
            "file systems with the feature " + feature.label() + " cannot be checked");
      }
    }
    refuseUnknown(compat, CompatFeature.values(), "FEATURE_C", "cannot be checked");
    refuseUnknown(roCompat, RoCompatFeature.values(), "FEATURE_R", "cannot be checked");
  }

  private static UnsupportedFeatureException readOnly(String label) {
    return new UnsupportedFeatureException(
        label, "file systems with the feature " + label + " can be read but not be written");
  }

  private static void refuseUnknown(long word, Feature[] known, String prefix, String consequence)
      throws UnsupportedFeatureException {
    for (int bit = 0; bit < 32; bit++) {
      long mask = 1L << bit;
      if ((word & mask) != 0 && find(known, mask) == null) {
        String label = prefix + bit;
        throw new UnsupportedFeatureException(
            label,
            String.format(
                Locale.ROOT,
                "unknown feature %s (bit 0x%x): a newer version may know it; the file system %s",
                label,
                mask,
                consequence));
      }
    }
  }

  private static void collect(long word, Feature[] known, String prefix, List<String> labels) {
    for (int bit = 0; bit < 32; bit++) {
      long mask = 1L << bit;
      if ((word & mask) != 0) {
        Feature feature = find(known, mask);
        labels.add(feature == null ? prefix + bit : feature.label());
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Feature find(Feature[] known, long mask) {
    for (Feature feature : known) {
      if (feature.bit() == mask) {
        return feature;
      }
    }
    return null;
  }
}
