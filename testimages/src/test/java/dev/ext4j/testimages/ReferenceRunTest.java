package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ReferenceRunTest {
  private static final long SEED = 3;

  @BeforeEach
  void kernel() {
    Oracles.requireKernel();
  }

  /**
   * Compares the kernel with itself. Two copies with the same operations have no difference, and
   * the base image without them has one.
   */
  @ParameterizedTest
  @FieldSource("dev.ext4j.testimages.ImageKinds#RANGE_OPERATIONS")
  void random_everyKindOfOperation_isRepeatable(ImageRecipe recipe) throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path base = Mke2fs.create(recipe, scratch.folder());
      List<String> files;
      try (KernelMount mount = KernelMount.readWrite(base)) {
        files = new FilePopulator(mount, SEED).makeAny(4);
      }
      ReferenceRun reference =
          ReferenceRun.random(
              recipe,
              base,
              scratch.file("reference.img"),
              files,
              List.of(RangeOperation.Kind.values()),
              25,
              SEED);
      assertThat(reference.done()).isNotEmpty();
      Path copy = Scratch.copySparse(base, scratch.file("copy.img"));
      try (KernelMount mount = KernelMount.readWrite(copy)) {
        for (RangeOperation operation : reference.done()) {
          operation.applyTo(mount);
        }
      }
      ImageSnapshot expected = ImageSnapshot.of(reference.image(), files);
      ImageSnapshot found = ImageSnapshot.of(copy, files);
      assertThat(found).isEqualTo(expected);
      ImageSnapshot before = ImageSnapshot.of(base, files);
      assertThat(found.differences(expected)).isEmpty();
      assertThat(found.shapeDifferences(expected)).isEmpty();
      assertThat(before.differences(expected)).isNotEmpty();
      assertThat(E2fsck.check(copy)).matches(E2fsck.Verdict::clean);
    }
  }
}
