package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Feature.Support;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FeatureSetTest {

  @ParameterizedTest
  @EnumSource(IncompatFeature.class)
  void incompatFeature_passesTheGatesOfItsSupport(IncompatFeature feature) throws Exception {
    FeatureSet set = new FeatureSet(0, feature.bit(), 0);
    assertThat(set.has(feature)).isTrue();
    assertThat(set.labels()).containsExactly(feature.label());
    if (feature.support() == Support.REFUSED) {
      assertRefused(set::checkReadable, feature.label());
      return;
    }
    set.checkReadable();
    if (feature.support() == Support.READ_ONLY) {
      assertRefused(set::checkWritable, feature.label());
    } else {
      set.checkWritable();
    }
  }

  @ParameterizedTest
  @EnumSource(RoCompatFeature.class)
  void roCompatFeature_neverKeepsFromReading(RoCompatFeature feature) throws Exception {
    FeatureSet set = new FeatureSet(0, 0, feature.bit());
    assertThat(set.has(feature)).isTrue();
    assertThat(set.labels()).containsExactly(feature.label());
    set.checkReadable();
    if (feature.support() == Support.READ_WRITE) {
      set.checkWritable();
    } else {
      assertRefused(set::checkWritable, feature.label());
    }
  }

  @ParameterizedTest
  @EnumSource(CompatFeature.class)
  void compatFeature_passesAllGates(CompatFeature feature) throws Exception {
    FeatureSet set = new FeatureSet(feature.bit(), 0, 0);
    assertThat(set.has(feature)).isTrue();
    assertThat(set.labels()).containsExactly(feature.label());
    set.checkReadable();
    set.checkWritable();
  }

  static IntStream unknownIncompatBits() {
    return unknown(IncompatFeature.values());
  }

  static IntStream unknownRoCompatBits() {
    return unknown(RoCompatFeature.values());
  }

  private static IntStream unknown(Feature[] known) {
    long all = Arrays.stream(known).mapToLong(Feature::bit).reduce(0, (a, b) -> a | b);
    return IntStream.range(0, 32).filter(bit -> (all & 1L << bit) == 0);
  }

  @ParameterizedTest
  @MethodSource("unknownIncompatBits")
  void unknownIncompatBit_isNotReadAndNamed(int bit) {
    FeatureSet set = new FeatureSet(0, 1L << bit | IncompatFeature.EXTENTS.bit(), 0);
    assertRefused(set::checkReadable, "FEATURE_I" + bit);
    assertThat(set.labels()).contains("FEATURE_I" + bit, "extent");
  }

  @ParameterizedTest
  @MethodSource("unknownRoCompatBits")
  void unknownRoCompatBit_isReadButNotWrittenAndNamed(int bit) throws Exception {
    FeatureSet set = new FeatureSet(0, 0, 1L << bit);
    set.checkReadable();
    assertRefused(set::checkWritable, "FEATURE_R" + bit);
    assertThat(set.labels()).containsExactly("FEATURE_R" + bit);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 13, 31})
  void unknownCompatBit_isNoHindrance(int bit) throws Exception {
    FeatureSet set = new FeatureSet(1L << bit, 0, 0);
    set.checkReadable();
    set.checkWritable();
    assertThat(set.labels()).containsExactly("FEATURE_C" + bit);
  }

  @Test
  void journalDevice_isToldApartFromAFileSystem() {
    FeatureSet set = new FeatureSet(0, IncompatFeature.JOURNAL_DEV.bit(), 0);
    UnsupportedFeatureException e = assertRefused(set::checkReadable, "journal_dev");
    assertThat(e).hasMessageContaining("external journal");
  }

  @Test
  void severalHindrances_knownOnesAreNamedFirst() {
    FeatureSet set = new FeatureSet(0, 1L << 31 | IncompatFeature.COMPRESSION.bit(), 0);
    assertRefused(set::checkReadable, "compression");
  }

  private static UnsupportedFeatureException assertRefused(ThrowingCallable gate, String label) {
    UnsupportedFeatureException e = catchThrowableOfType(UnsupportedFeatureException.class, gate);
    assertThat(e).as(label).isNotNull();
    assertThat(e.feature()).isEqualTo(label);
    assertThat(e).hasMessageContaining(label);
    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
    return e;
  }
}
