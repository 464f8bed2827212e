package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of quota files. They need no kernel, because e2fsck makes the files right and reports wrong
 * ones.
 */
@Tag("oracle")
class QuotaCheckTest {
  @BeforeAll
  static void requireE2fsprogs() {
    Oracles.requireE2fsprogs();
  }

  static Stream<ImageRecipe> recipes() {
    return Stream.of(ImageKinds.QUOTA, ImageKinds.PROJECT);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void usage_isCountedAsByE2fsck(ImageRecipe recipe) throws IOException {
    try (Judge judge = Judge.open()) {
      Path image = judge.make(recipe);
      assertThat(ImageFile.check(image).problems()).as("fresh").isEmpty();
      DebugfsFiles files = new DebugfsFiles(judge, image);
      files.dense("dense", 300_000);
      files.empty("empty");
      Debugfs debugfs = Debugfs.writing(image);
      debugfs.setInodeField("/dense", "uid", 1000);
      debugfs.setInodeField("/dense", "gid", 1001);
      debugfs.setInodeField("/empty", "uid", 5);
      assertThat(E2fsck.repair(image).mended()).isTrue();
      assertThat(ImageFile.check(image).problems()).as("made right by e2fsck").isEmpty();
      debugfs.setInodeField("/empty", "uid", 77);
      assertThat(E2fsck.check(image).clean()).isFalse();
      FsckReport report = ImageFile.check(image);
      assertThat(report.counts().keySet()).containsExactly(ProblemCode.QUOTA_USAGE);
      Problem lost = Problem.of(ProblemCode.QUOTA_USAGE, 3).name("user 5").found(1).expected(0);
      Problem missing = Problem.of(ProblemCode.QUOTA_USAGE, 3).name("user 77").found(0).expected(1);
      assertThat(report.problems()).containsExactly(lost, missing);
    }
  }
}
