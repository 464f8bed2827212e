package dev.ext4j.fs.fastcommit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of power failures at random moments of a workload of the kernel. After the replay,
 * everything that an fsync made durable is there, for a reader and for a writer. The kernel's own
 * replay is no judge, because it fails at some of its own fast commits.
 */
@Tag("oracle")
class FsyncedWorkloadTest {
  private static final int STEPS = 60;
  private static final int STEPS_BETWEEN = 9;

  private static final List<ImageRecipe> FAST =
      List.of(
          kind("fast-1k", 1024).withFeatures("fast_commit"),
          kind("fast-4k", 4096).withFeatures("fast_commit"),
          kind("fast-cluster", 4096).withFeatures("fast_commit").withClusters(16 << 10));

  private static final List<ImageRecipe> FULL =
      List.of(kind("full-1k", 1024), kind("full-4k", 4096).withFeatures("orphan_file"));

  private static ImageRecipe kind(String name, int blockSize) {
    return ImageRecipe.of(name, "ext4", blockSize, 24 << 20).withWords("-J", "size=8");
  }

  static Stream<Arguments> kindsAndSeeds() {
    return FAST.stream()
        .flatMap(kind -> LongStream.rangeClosed(1, 2).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void fsyncedNamesAndContent_areThereAfterALossOfPower(ImageRecipe kind, long seed)
      throws IOException {
    run(kind, seed);
  }

  /**
   * Takes as many snapshots as the property {@code ext4j.snapshots} says, and half as many without
   * fast commits.
   */
  @Test
  @Tag("model")
  void manySnapshots_ofNewSeeds() throws IOException {
    long wanted = Long.getLong("ext4j.snapshots", 60);
    Long single = Long.getLong("ext4j.seed");
    long seed = single == null ? new Random().nextInt(1_000_000) : single;
    int taken = 0;
    for (int i = 0; taken < wanted; i++) {
      taken += run(FAST.get(i % FAST.size()), seed + i);
    }
    taken = 0;
    for (int i = 0; taken < wanted / 2; i++) {
      taken += run(FULL.get(i % FULL.size()), seed + i);
    }
  }

  private static int run(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    Random moments = new Random(seed);
    int snapshots = 0;
    try (Judge judge = Judge.open();
        KernelMount mount = KernelMount.readWrite(judge.make(kind), "commit=300");
        KernelWorkload workload = new KernelWorkload(mount, seed)) {
      for (int step = 1; step <= STEPS; step++) {
        workload.step();
        if (moments.nextInt(STEPS_BETWEEN) == 0) {
          String moment = kind.name() + ", seed " + seed + ", step " + step + ", last: ";
          MemoryBlockDevice disk = Judge.loadExactly(mount.copyAsItLies(judge.file("crashed.img")));
          requireAll(judge, disk, workload.possible(), moment + workload.last());
          snapshots++;
        }
      }
    }
    return snapshots;
  }

  private static void requireAll(
      Judge judge, MemoryBlockDevice disk, List<Map<String, String>> possible, String moment)
      throws IOException {
    Map<String, String> seen;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      assertThat(fs.warnings()).as(moment).noneMatch(line -> line.contains("not shown"));
      seen = tree(fs);
    }
    MemoryBlockDevice replayed = disk.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(replayed, OpenOptions.readWrite())) {
      assertThat(tree(fs)).as("%s, replayed by a writer", moment).isEqualTo(seen);
    }
    judge.requireClean(replayed, moment);
    assertThat(possible).as("%s, found %s", moment, seen).anyMatch(tree -> agrees(tree, seen));
  }

  /** Returns whether the trees agree. Content is compared only if an fsync has made it durable. */
  private static boolean agrees(Map<String, String> expected, Map<String, String> seen) {
    return expected.keySet().equals(seen.keySet())
        && expected.entrySet().stream()
            .allMatch(entry -> agrees(entry.getValue(), seen.getOrDefault(entry.getKey(), "")));
  }

  private static boolean agrees(String expected, String seen) {
    return expected.endsWith(", ") ? seen.startsWith(expected) : seen.equals(expected);
  }

  private static Map<String, String> tree(Ext4FileSystem fs) throws IOException {
    Map<String, String> tree =
        FileTree.of(
            fs,
            (file, stat, content) ->
                KernelWorkload.describe(
                    stat.type() == FileType.DIRECTORY, stat.linkCount(), content));
    tree.remove("lost+found");
    return tree;
  }

  /**
   * Checks that the comparison finds wrong content. An empty list of possible trees would agree
   * with nothing.
   */
  @Test
  void otherContent_doesNotAgree() {
    String durable = KernelWorkload.describe(false, 1, new byte[] {1});
    assertThat(agrees(durable, KernelWorkload.describe(false, 1, new byte[] {2}))).isFalse();
    assertThat(agrees(durable, durable)).isTrue();
    assertThat(agrees(KernelWorkload.describeOpen(1), durable)).isTrue();
    assertThat(agrees(KernelWorkload.describeOpen(2), durable)).isFalse();
  }
}
