package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of new images from mke2fs, large enough for copies of the descriptors and for several
 * flexible groups.
 */
@Tag("oracle")
class FreshImagesTest {
  private static final long SIZE = 600 << 20;

  static Stream<ImageRecipe> recipes() {
    return ImageKinds.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void freshImageOfManyGroups_hasNoProblem(ImageRecipe recipe) throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = judge.make(recipe.sized(SIZE));
      assertThat(ImageFile.check(image).problems()).isEmpty();
    }
  }
}
