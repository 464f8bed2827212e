package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of each field of the superblock with each value at the edge of its range. What e2fsck or
 * the checker of ext4j calls clean, the other must call clean, too.
 */
@Tag("oracle")
class SuperblockRulesTest {
  private static final int MAGIC = 0x38;

  /** The short form makes one change of 199. */
  private static final int SHORT_FORM = 199;

  static Stream<ImageRecipe> recipes() {
    long size = 12 << 20;
    String[] plain = {"^metadata_csum", "^uninit_bg"};
    return Stream.of(
        ImageKinds.NO_CSUM.sized(size),
        ImageKinds.EXT2_1K.sized(size),
        ImageKinds.EXT3_1K.sized(size),
        ImageKinds.B1K.sized(size),
        ImageKinds.REV0.sized(size),
        ImageKinds.BIGALLOC_8K.sized(size).withFeatures(plain),
        ImageKinds.META_BG.sized(size).withFeatures(plain),
        ImageKinds.SPARSE_SUPER2.sized(size).withFeatures(plain),
        ImageKinds.MMP.sized(size).withFeatures(plain),
        ImageKinds.QUOTA.sized(size).withFeatures(plain),
        ImageKinds.CASEFOLD.sized(size).withFeatures(plain),
        ImageKinds.ORPHAN_FILE.sized(size).withFeatures(plain),
        ImageKinds.CSUM_SEED.sized(size));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void someFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, SHORT_FORM);
  }

  @Tag("model")
  @ParameterizedTest
  @MethodSource("recipes")
  void allFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, 1);
  }

  /** Compares the verdicts after every {@code step}th of all changes. */
  private static void compare(ImageRecipe recipe, int step) throws IOException {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      FieldSweep sweep =
          new FieldSweep(
              image,
              SuperblockView.PRIMARY_BYTE_OFFSET,
              SuperblockView.SIZE,
              ByteOrder.LITTLE_ENDIAN,
              bytes -> {
                if (bytes.getShort(MAGIC) == (short) 0xEF53) {
                  SuperblockView.of(bytes).seal();
                }
              });
      List<Field> fields = SuperblockFields.LAYOUT.fields();
      assertThat(sweep.differences(fields, step)).as("%s", recipe).isEmpty();
    }
  }
}
