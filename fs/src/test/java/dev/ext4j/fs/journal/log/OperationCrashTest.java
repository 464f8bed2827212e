package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.sim.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.FreeSpace;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.file.FileModel;
import dev.ext4j.fs.journal.log.CrashScenario.Hole;
import dev.ext4j.fs.journal.log.CrashScenario.Step;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * A power failure at any instant of every operation on file data: every file is as before or as
 * after, by whoever recovers, and shows nothing that lay in free blocks.
 */
@Tag("oracle")
class OperationCrashTest {
  private static final int CUTS = 14;
  private static final int CRASHES = 10;
  private static final int KERNEL_EVERY = 7;
  private static final List<String> FILES = List.of("/dense", "/many", "/small");

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

  private static MemoryBlockDevice image(ImageRecipe recipe) throws IOException {
    Path path = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, path);
    int block = recipe.blockSize();
    files.dense("dense", 100L * block + 77);
    files.everySecondBlock("many", block, 120);
    files.dense("small", 70);
    MemoryBlockDevice disk = Judge.load(path);
    FreeSpace.fill(disk);
    judge.requireClean(disk, recipe.name());
    return disk;
  }

  /** What a step does to a file, and to its model. */
  private record Both(String file, OnFile real, OnModel model) implements Step {
    @Override
    public void apply(Ext4File target) throws IOException {
      real.apply(target);
    }

    @Override
    public void apply(FileModel target) {
      model.apply(target);
    }
  }

  private interface OnFile {
    void apply(Ext4File file) throws IOException;
  }

  private interface OnModel {
    void apply(FileModel file);
  }

  private static Step write(String file, int offset, int count) {
    byte[] bytes = new byte[count];
    new Random(offset).nextBytes(bytes);
    return new Both(
        file, f -> f.write(offset, ByteBuffer.wrap(bytes)), m -> m.write(offset, bytes));
  }

  private static Step truncate(String file, int size) {
    return new Both(file, f -> f.truncate(size, ProgressListener.NONE), m -> m.truncate(size));
  }

  private static Step fallocate(String file, int offset, int count, boolean keep) {
    return new Both(
        file,
        f -> f.fallocate(offset, count, keep, ProgressListener.NONE),
        m -> m.fallocate(offset, count, keep));
  }

  private static Step zero(String file, int offset, int count, boolean keep) {
    return new Both(
        file,
        f -> f.zero(offset, count, keep, ProgressListener.NONE),
        m -> m.zero(offset, count, keep));
  }

  private static Step collapse(String file, int offset, int count) {
    return new Both(
        file,
        f -> f.collapse(offset, count, ProgressListener.NONE),
        m -> m.collapse(offset, count));
  }

  private static Step insert(String file, int offset, int count) {
    return new Both(
        file, f -> f.insert(offset, count, ProgressListener.NONE), m -> m.insert(offset, count));
  }

  private static List<Step> steps(ImageRecipe kind) {
    int block = kind.blockSize();
    int unit = kind.name().contains("bigalloc") ? 8 * block : block;
    List<Step> steps =
        new ArrayList<>(
            List.of(
                write("/dense", 5 * block + 100, 9 * block),
                write("/many", 21 * block + 5, 3 * block),
                write("/small", 60, 30),
                write("/dense", 130 * block + 9, 7 * block),
                truncate("/dense", 60 * block + 11),
                new Hole("/many", 30L * block + 3, 20L * block),
                write("/small", 50, 4000),
                truncate("/dense", 90 * block + 1),
                truncate("/many", 41 * block)));
    if (!kind.name().contains("ext3")) {
      steps.addAll(
          List.of(
              fallocate("/many", 35 * block + 1, 60 * block, false),
              write("/many", 70 * block - 1, 5 * block),
              zero("/many", 3 * block + 7, 70 * block, true),
              insert("/dense", 2 * unit, 3 * unit),
              collapse("/dense", 4 * unit, 2 * unit),
              insert("/many", 0, unit),
              fallocate("/dense", 100 * block, 40 * block, true),
              zero("/dense", 110 * block + 3, 20 * block, false),
              collapse("/many", unit, 4 * unit)));
    }
    return steps;
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyCrash_everyRecoveryFindsBeforeOrAfter(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    CrashScenario scenario =
        new CrashScenario(judge, kind.name(), image(kind), FILES).run(steps(kind));
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
        new CrashScenario(judge, kind.name() + ", atomic", image(kind), FILES)
            .runAtomically(steps(kind));
    Random random = new Random(seed);
    List<Integer> cuts = scenario.cuts();
    for (int i = 0; i < CRASHES; i++) {
      scenario.cutAt(cuts.get(random.nextInt(cuts.size())), false);
      int events = 1 + random.nextInt(scenario.eventCount());
      scenario.crashAt(events, random, false, seed + ", crash " + i);
    }
  }
}
