package dev.ext4j.fs.dir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of random additions, removals and undone changes against a set of names, and of power
 * failures.
 */
final class DirectoryModelTest {
  private static final ImageRecipe SMALL =
      ImageRecipe.of("small", "ext4", 1024, 8 << 20)
          .withFeatures("^has_journal", "^resize_inode")
          .withWords("-N", "64");

  private static final List<ImageRecipe> KINDS =
      List.of(
          SMALL,
          SMALL.named("inline").withFeatures("inline_data"),
          SMALL.named("plain").withFeatures("^metadata_csum", "^dir_index", "^filetype"),
          SMALL.named("map").withFeatures("^extent", "^64bit"),
          SMALL.named("clusters").withClusters(8 << 10));

  private static Judge judge;

  @BeforeAll
  static void openJudge() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void closeJudge() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static MemoryBlockDevice withDirectory(ImageRecipe recipe) throws IOException {
    Path image = judge.make(recipe);
    Debugfs.writing(image).run("mkdir d");
    new DebugfsFiles(judge, image).empty("target");
    return Judge.load(image);
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(4).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anySteps_directoryEqualsModel(ImageRecipe recipe, long seed) throws IOException {
    MemoryBlockDevice disk = withDirectory(recipe);
    Random random = new Random(seed);
    // Short names only, or names of any length. The pool is so small that names come again.
    int longest = random.nextBoolean() ? 255 : 20;
    List<String> pool = DirectoryWriterKernelTest.names(600, longest, seed);
    Set<String> model = new TreeSet<>();
    int wanted = 20 + random.nextInt(pool.size());
    for (int round = 0; round < 3; round++) {
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        for (int step = 0; step < 700; step++) {
          String name = pool.get(random.nextInt(pool.size()));
          if (random.nextInt(20) == 0) {
            giveUp(bench, pool, random);
          } else if (random.nextInt(wanted) >= model.size()) {
            assertThat(bench.add(name)).isEqualTo(model.add(name));
          } else {
            remove(bench, name, model);
          }
          assertThat(bench.find(name.getBytes(ISO_8859_1)) != 0).isEqualTo(model.contains(name));
        }
        assertThat(bench.names()).as("seed %d", seed).isEqualTo(model);
        assertThat(bench.find(new byte[] {'.'})).isEqualTo(bench.directory().inodeNumber());
        assertThat(bench.find(new byte[] {'.', '.'})).isEqualTo(2);
      }
      judge.requireClean(disk, "seed " + seed + ", round " + round);
    }
  }

  private static void remove(DirectoryBench bench, String name, Set<String> model)
      throws IOException {
    if (model.remove(name)) {
      assertThat(bench.remove(name)).isEqualTo(bench.target().inodeNumber());
    } else {
      FileOperationException e =
          catchThrowableOfType(FileOperationException.class, () -> bench.remove(name));
      assertThat(e.errno()).isEqualTo(Errno.ENOENT);
    }
  }

  /** Makes several changes in one handle that is closed without a commit. */
  private static void giveUp(DirectoryBench bench, List<String> pool, Random random)
      throws IOException {
    try (RankedLock.Held lock = bench.directory().locks().inode().exclusive();
        Handle handle = bench.engine().journal().start(100)) {
      DirectoryWriter writer = new DirectoryWriter(bench.directory(), bench.engine().volume());
      for (int i = random.nextInt(12); i >= 0; i--) {
        byte[] name = pool.get(random.nextInt(pool.size())).getBytes(ISO_8859_1);
        if (random.nextBoolean()) {
          writer.add(handle, name, bench.target().inodeNumber(), FileType.REGULAR);
        } else if (writer.find(name) != 0) {
          writer.remove(handle, name);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void powerFailureAtAnyWrite_losesNoName(ImageRecipe recipe) throws IOException {
    MemoryBlockDevice disk = withDirectory(recipe);
    List<String> names = DirectoryWriterKernelTest.names(400, 60, 11);
    List<String> interesting = new ArrayList<>();
    try (DirectoryBench bench = new DirectoryBench(disk.copy(), "/d", "/target")) {
      long size = bench.directory().fields().size();
      for (String name : names) {
        bench.add(name);
        if (bench.directory().fields().size() != size) {
          interesting.add(name);
        }
        size = bench.directory().fields().size();
      }
    }
    // The directory grows in different ways at first, and later always in the same way.
    List<String> cut = interesting.subList(0, Math.min(4, interesting.size()));
    Set<String> before = new TreeSet<>();
    for (String name : names.subList(0, names.indexOf(cut.get(cut.size() - 1)) + 1)) {
      if (cut.contains(name)) {
        cutAnywhere(disk, name, before);
      }
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        bench.add(name);
      }
      before.add(name);
    }
  }

  static Stream<ImageRecipe> kinds() {
    return KINDS.stream();
  }

  private static void cutAnywhere(MemoryBlockDevice disk, String name, Set<String> before)
      throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(disk.copy());
    try (DirectoryBench bench = new DirectoryBench(recording, "/d", "/target")) {
      bench.add(name);
    }
    for (int events = 1; events < recording.eventCount(); events++) {
      try (OverlayDevice left = recording.imageAfter(events)) {
        MemoryBlockDevice repaired = judge.repaired(left, "cut after " + events);
        try (DirectoryBench bench = new DirectoryBench(repaired, "/d", "/target")) {
          Set<String> found = bench.names();
          found.remove(name);
          assertThat(found).as("cut after %d", events).isEqualTo(before);
        }
      }
    }
  }
}
