package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.LaboratoryOptions;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a power failure at any instant of punches through the journal. A recovery by ext4j,
 * e2fsck or the kernel finds every file as before or after a hole. The file system needs no repair.
 */
@Tag("oracle")
class LogCrashTest {
  private static final int KERNEL_EVERY = 5;
  private static final List<String> FILES = List.of("dense", "many", "other");

  private static Judge judge;
  private static final Map<String, MemoryBlockDevice> IMAGES = new TreeMap<>();

  private static final List<ImageRecipe> KINDS =
      List.of(
          kind("b1k", "ext4", 1024),
          kind("b4k", "ext4", 4096).sized(32 << 20),
          kind("no-checksums", "ext4", 1024).withFeatures("^metadata_csum", "^64bit"),
          kind("ext3", "ext3", 1024),
          kind("bigalloc", "ext4", 1024).withClusters(8 << 10),
          kind("inode-128", "ext4", 1024).withInodes(128),
          kind("meta-bg", "ext4", 1024).withFeatures("meta_bg", "^resize_inode"),
          kind("orphan-file", "ext4", 1024).withFeatures("orphan_file"),
          kind("fast-commit", "ext4", 1024).withFeatures("fast_commit"));

  private static ImageRecipe kind(String name, String type, int blockSize) {
    return ImageRecipe.of(name, type, blockSize, 8L * 1024 * blockSize)
        .withWords("-J", "size=" + 2 * blockSize / 1024, "-N", "48");
  }

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    IMAGES.clear();
    if (judge != null) {
      judge.close();
    }
  }

  private static MemoryBlockDevice image(ImageRecipe recipe) throws IOException {
    MemoryBlockDevice known = IMAGES.get(recipe.name());
    if (known == null) {
      Path path = judge.make(recipe);
      DebugfsFiles files = new DebugfsFiles(judge, path);
      int block = recipe.blockSize();
      files.dense("dense", 180L * block + 77);
      files.everySecondBlock("many", block, 200);
      files.dense("other", 33L * block + 5);
      known = Judge.load(path);
      judge.requireClean(known, recipe.name());
      IMAGES.put(recipe.name(), known);
    }
    return known;
  }

  /**
   * Returns holes that zero edges, split extents, shrink and free tree blocks, and free a whole
   * tree.
   */
  private static List<RangeOperation> holes(int block) {
    return List.of(
        RangeOperation.punch("dense", 50L * block + 17, 40L * block),
        RangeOperation.punch("many", 61L * block + 3, 120L * block),
        RangeOperation.punch("dense", 5L * block + 100, 200),
        RangeOperation.punch("many", 0, 1L << 30),
        RangeOperation.punch("dense", 0, 30L * block + 5));
  }

  static Stream<ImageRecipe> kinds() {
    return KINDS.stream();
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.inTurn(KINDS.indexOf(kind)).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  private static CrashScenario scenario(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    return new CrashScenario(judge, kind.name(), image(kind), FILES).run(holes(kind.blockSize()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void cutAfterAnyWrite_everyRecoveryFindsBeforeOrAfter(ImageRecipe kind) throws IOException {
    CrashScenario scenario = scenario(kind);
    int i = 0;
    for (int cut : scenario.someCuts()) {
      scenario.cutAt(cut, i++ % KERNEL_EVERY == 0);
    }
    assertThat(scenario.cuts().size()).as("writes").isGreaterThan(20);
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void unflushedWritesLostOrTorn_everyRecoveryFindsBeforeOrAfter(ImageRecipe kind, long seed)
      throws IOException {
    CrashScenario scenario = scenario(kind);
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      int events = 1 + random.nextInt(scenario.eventCount());
      scenario.crashAt(events, random, i % KERNEL_EVERY == 0, seed + ", crash " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void severalHolesAsOneChange_noneOrAllAreThere(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    CrashScenario scenario =
        new CrashScenario(judge, kind.name() + ", atomic", image(kind), FILES)
            .runAtomically(holes(kind.blockSize()));
    Random random = new Random(7);
    for (int cut : scenario.someCuts()) {
      scenario.cutAt(cut, false);
      scenario.crashAt(Math.max(1, cut), random, false, "7");
    }
  }

  /**
   * Checks that missing flushes are noticed. The tests prove something only if they notice the lack
   * of each precaution.
   */
  @Test
  void mutantThatLeavesOutFlushes_isFound() {
    assertThatThrownBy(
            () -> {
              List<RangeOperation> holes = holes(1024);
              CrashScenario scenario =
                  new CrashScenario(judge, "no flush", image(KINDS.get(0)), FILES)
                      .run(holes, Unflushed::new);
              Random random = new Random(1);
              for (int i = 0; i < 60; i++) {
                int events = 1 + random.nextInt(scenario.eventCount());
                scenario.crashAt(events, random, false, "1, crash " + i);
              }
            })
        .isInstanceOfAny(AssertionError.class, Ext4Exception.class);
  }

  @Test
  void freedTreeBlockReusedForContent_isNotOverwrittenByAReplay() throws IOException {
    reuse(false, new Laboratory()).allCuts();
  }

  @Test
  void mutantThatLeavesOutRevokes_isFound() {
    assertThatThrownBy(
            () -> {
              Laboratory lab = new Laboratory();
              try (Laboratory.Removal removal = lab.without(Safeguard.REVOKES)) {
                reuse(false, lab).allCuts();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void blockFreedAndTakenInOneChange_isNotTheSameOne() throws IOException {
    assertThatThrownBy(() -> reuse(true, new Laboratory()).allCuts())
        .as("the file system is full: what is freed may not be used before the commit")
        .hasMessageContaining("no free block");
  }

  @Test
  void mutantThatReusesFreedBlocksEarly_isFound() {
    assertThatThrownBy(
            () -> {
              Laboratory lab = new Laboratory();
              try (Laboratory.Removal removal = lab.without(Safeguard.FREED_SPACE_WAITS)) {
                reuse(true, lab).allCuts();
              }
            })
        .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
  }

  /** A recording in which freed blocks are used again, and a check of every cut of it. */
  private record Reuse(CrashScenario scenario) {
    void allCuts() throws IOException {
      for (int cut : scenario.cuts()) {
        scenario.cutAt(cut, false);
      }
    }
  }

  /**
   * Records blocks used again in a full file system. A file loses an extent, so that its leaf is
   * logged, and then all of its blocks. These, with the block of the leaf, go to small files whose
   * content was in their inodes.
   */
  private static Reuse reuse(boolean asOneChange, Laboratory lab) throws IOException {
    ImageRecipe recipe =
        kind("reuse", "ext4", 1024)
            .sized(6 << 20)
            .withInodes(256)
            .withFeatures("inline_data", "^resize_inode");
    List<String> names = new ArrayList<>(List.of("tree"));
    MemoryBlockDevice known = IMAGES.get(recipe.name());
    if (known == null) {
      Path path = judge.make(recipe);
      DebugfsFiles files = new DebugfsFiles(judge, path);
      files.everySecondBlock("tree", 1024, 8);
      for (int i = 0; i < 9; i++) {
        files.dense("small" + i, 100);
      }
      fill(path, files);
      known = Judge.load(path);
      judge.requireClean(known, "a full file system");
      IMAGES.put(recipe.name(), known);
    }
    List<RangeOperation> holes = new ArrayList<>();
    holes.add(RangeOperation.punch("tree", 2 * 1024, 1024));
    holes.add(RangeOperation.punch("tree", 0, 1 << 20));
    for (int i = 0; i < 9; i++) {
      names.add("small" + i);
      // Beyond the end: the content moves to a block, none of which the journal zeroes.
      holes.add(RangeOperation.punch("small" + i, 200, 20));
    }
    CrashScenario scenario = new CrashScenario(judge, "reuse", known, names);
    OpenOptions options = LaboratoryOptions.readWrite(lab);
    return new Reuse(
        asOneChange
            ? scenario.runAtomically(holes, options)
            : scenario.run(holes, device -> device, options));
  }

  /** Allocates all free blocks. */
  private static void fill(Path path, DebugfsFiles files) throws IOException {
    for (int i = 0; ; i++) {
      long free;
      try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
        free = fs.info().freeBlockCount();
      }
      if (free == 0) {
        return;
      }
      // A file of many blocks needs some for its tree as well.
      files.dense("fill" + i, 1024 * Math.max(1, free * 9 / 10));
    }
  }

  /** A device that ignores flushes. */
  private static final class Unflushed extends ForwardingDevice {
    Unflushed(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void flush() {}
  }
}
