package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileBytes;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.file.OperationSeries;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a power failure at any instant of an operation on a file system without a journal. After
 * {@code e2fsck -fy} other files are unchanged. Each byte of the file is as before, as after, or
 * zero. No bytes of free blocks can be seen.
 */
class InPlaceOperationCrashTest {
  private static final int CUTS = 6;
  private static final int CRASHES = 2;
  private static final List<String> FILES = OperationSeries.FILES;

  private static final List<ImageRecipe> KINDS =
      List.of(
          kind("ext4"),
          kind("mapped").withFeatures("^extents"),
          kind("cluster").withClusters(8 << 10),
          kind("inline").withFeatures("inline_data").withInodes(256));

  private static Judge judge;

  private static ImageRecipe kind(String name) {
    return ImageRecipe.of("inplace-" + name, name.equals("mapped") ? "ext3" : "ext4", 1024, 8 << 20)
        .withFeatures("^has_journal")
        .withWords("-N", "48");
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
    return KINDS.stream().flatMap(kind -> Seeds.of(0).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyCrash_fsckLeavesOldOrNewBytes(ImageRecipe kind, long seed) throws IOException {
    Random random = new Random(seed);
    MemoryBlockDevice image = OperationSeries.image(judge, kind);
    for (RangeOperation operation : OperationSeries.of(kind)) {
      List<byte[]> before = FileBytes.of(image, FILES);
      RecordingDevice recording = RecordingDevice.sharing(image);
      try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
        FileRanges.apply(fs, operation);
      }
      MemoryBlockDevice done = MemoryBlockDevice.copyOf(recording);
      judge.requireClean(done, operation.toString());
      List<byte[]> after = FileBytes.of(done, FILES);
      for (int cut : Cuts.some(recording, CUTS, random)) {
        requireSound(recording.imageAfter(cut), before, after, operation + ", cut at " + cut);
      }
      for (int i = 0; i < CRASHES; i++) {
        int event = 1 + random.nextInt(recording.eventCount());
        BlockDevice state = recording.crashAfter(event, random, Tearing.NONE);
        requireSound(state, before, after, operation + ", crash at " + event);
      }
      image = done;
    }
    assertThat(image.size()).isPositive();
  }

  private static void requireSound(
      BlockDevice state, List<byte[]> before, List<byte[]> after, String situation)
      throws IOException {
    MemoryBlockDevice repaired = judge.repaired(MemoryBlockDevice.copyOf(state), situation);
    FileBytes.requireFromEither(FileBytes.of(repaired, FILES), before, after, situation);
  }
}
