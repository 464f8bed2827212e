package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.file.OperationSeries;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a power failure at any instant of every operation on file data. Each recovery (by ext4j,
 * e2fsck or the kernel) finds every file as before or as after. No bytes of free blocks can be
 * seen.
 */
@Tag("oracle")
class OperationCrashTest {
  private static final int CUTS = 14;
  private static final int CRASHES = 10;
  private static final int KERNEL_EVERY = 7;

  private static Judge judge;

  private static final List<ImageRecipe> KINDS =
      List.of(
          kind("b1k", "ext4", 1024),
          kind("b4k", "ext4", 4096).sized(32 << 20),
          kind("ext3", "ext3", 1024),
          kind("bigalloc", "ext4", 1024).withClusters(8 << 10),
          kind("old", "ext4", 1024).withFeatures("^metadata_csum", "^64bit").withInodes(128),
          kind("inline", "ext4", 1024).withFeatures("inline_data").withInodes(256));

  private static ImageRecipe kind(String name, String type, int blockSize) {
    return ImageRecipe.of("op-" + name, type, blockSize, 8L * 1024 * blockSize)
        .withWords("-J", "size=" + 2 * blockSize / 1024, "-N", "48");
  }

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.inTurn(KINDS.indexOf(kind)).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyCrash_everyRecoveryFindsBeforeOrAfter(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    CrashScenario scenario =
        new CrashScenario(
                judge, kind.name(), OperationSeries.image(judge, kind), OperationSeries.FILES)
            .run(OperationSeries.of(kind));
    Random random = new Random(seed);
    List<Integer> cuts = scenario.cuts();
    for (int i = 0; i < CUTS; i++) {
      scenario.cutAt(cuts.get(random.nextInt(cuts.size())), i % KERNEL_EVERY == 0);
    }
    for (int i = 0; i < CRASHES; i++) {
      int events = 1 + random.nextInt(scenario.eventCount());
      scenario.crashAt(events, random, i % KERNEL_EVERY == 0, seed + ", crash " + i);
    }
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void allAsOneChange_noneOrAllAreThere(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    CrashScenario scenario =
        new CrashScenario(
                judge,
                kind.name() + ", atomic",
                OperationSeries.image(judge, kind),
                OperationSeries.FILES)
            .runAtomically(OperationSeries.of(kind));
    Random random = new Random(seed);
    List<Integer> cuts = scenario.cuts();
    for (int i = 0; i < CRASHES; i++) {
      scenario.cutAt(cuts.get(random.nextInt(cuts.size())), false);
      int events = 1 + random.nextInt(scenario.eventCount());
      scenario.crashAt(events, random, false, seed + ", crash " + i);
    }
  }
}
