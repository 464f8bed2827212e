package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.journal.log.Epoch;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a power failure at any instant of a punch that is committed in place: after each write,
 * and with any unflushed writes lost. {@code e2fsck -fy} must then leave a sound file system.
 * Nothing outside of the hole may have changed, and inside it there are only old bytes and zeros.
 */
class InPlaceCrashTest {
  private static final int BLOCK = 1024;
  private static final int LEAF = ExtentNode.capacityOfBlock(BLOCK);
  private static final int STEP = 8;
  private static final int MOST_CUTS = 8;

  private static Judge judge;
  private static MemoryBlockDevice extents;
  private static MemoryBlockDevice clusters;
  private static MemoryBlockDevice indirect;

  /** A punch in a file of one of the images. */
  private record Case(String name, String image, String file, long byteOffset, long byteCount) {
    @Override
    public String toString() {
      return name;
    }

    MemoryBlockDevice disk() {
      return switch (image) {
        case "extents" -> extents;
        case "clusters" -> clusters;
        default -> indirect;
      };
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("middle of one extent", "extents", "/dense", 50 * BLOCK + 17, 100 * BLOCK),
          new Case("start of one extent", "extents", "/dense", 0, 30 * BLOCK + 5),
          new Case("all of a file", "extents", "/dense", 0, 1 << 30),
          new Case("edges in one block", "extents", "/dense", 5 * BLOCK + 100, 200),
          new Case("root grows", "extents", "/four", 17 * BLOCK + 1, 2 * BLOCK),
          new Case("full leaf, inner extent", "extents", "/full", inExtent(40), 2 * BLOCK),
          new Case("full leaf, last extent", "extents", "/full", inExtent(83), 2 * BLOCK),
          new Case("full leaf beside one with room", "extents", "/next", inExtent(83), 2 * BLOCK),
          new Case("full leaf, down to the next", "extents", "/next", inExtent(60), 300 * BLOCK),
          new Case("several leaves", "extents", "/many", 61 * BLOCK + 3, 500 * BLOCK),
          new Case("whole tree", "extents", "/many", 0, 1 << 30),
          new Case("part of a cluster", "clusters", "/dense", 20 * BLOCK + 7, 5 * BLOCK),
          new Case("several clusters", "clusters", "/dense", 20 * BLOCK + 7, 90 * BLOCK),
          new Case("pieces of clusters", "clusters", "/many", 20 * BLOCK + 7, 190 * BLOCK),
          new Case("direct blocks", "indirect", "/dense", 2 * BLOCK + 7, 5 * BLOCK),
          new Case("indirect blocks", "indirect", "/dense", 5 * BLOCK + 7, 300 * BLOCK),
          new Case("all three levels", "indirect", "/far", 5 * BLOCK + 7, 1 << 30));

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    extents = extentImage();
    clusters = clusterImage();
    indirect = indirectImage();
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static MemoryBlockDevice extentImage() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("extents", "ext4", BLOCK, 5 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-g", "1024", "-N", "40");
    Path image = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("before", 20 * BLOCK + 100);
    files.dense("dense", 300 * BLOCK + 77);
    files.empty("four");
    files.empty("full");
    files.empty("next");
    files.everySecondBlock("many", BLOCK, 400);
    files.dense("after", 33 * BLOCK + 5);
    MemoryBlockDevice disk = Judge.load(image);
    try (Engine engine = Engine.open(disk, 1000)) {
      putExtents(engine, "/four", 4);
      putExtents(engine, "/full", 2 * LEAF);
      putExtents(engine, "/next", LEAF + 16);
    }
    judge.requireClean(disk, "the image to start with");
    return disk;
  }

  private static MemoryBlockDevice clusterImage() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("clusters", "ext4", BLOCK, 6 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-N", "40")
            .withClusters(16 << 10);
    Path image = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("before", 20 * BLOCK + 100);
    files.dense("dense", 300 * BLOCK + 77);
    files.everySecondBlock("many", BLOCK, 200);
    files.dense("after", 33 * BLOCK + 5);
    return Judge.load(image);
  }

  private static MemoryBlockDevice indirectImage() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("indirect", "ext2", BLOCK, 5 << 20)
            .withFeatures("^resize_inode")
            .withWords("-g", "1024", "-N", "40");
    Path image = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("before", 20 * BLOCK + 100);
    files.dense("dense", 700 * BLOCK + 77);
    List<long[]> pieces = new ArrayList<>();
    for (long block : new long[] {3, 14, 200, 400, 4000, 65_000, 66_000, 70_000, 140_000}) {
      pieces.add(new long[] {block * BLOCK, (block + 20) * BLOCK});
    }
    files.pieces("far", 140_020L * BLOCK, pieces);
    files.dense("after", 33 * BLOCK + 5);
    return Judge.load(image);
  }

  /** Adds extents of four blocks at every eighth block, which fill leaf after leaf. */
  private static void putExtents(Engine engine, String path, int count) throws IOException {
    for (long i = 0; i < count; i++) {
      engine.putExtent(path, i * STEP, 4);
    }
  }

  /**
   * Returns the offset of the second byte of the second block of an extent of {@link #putExtents}.
   */
  private static long inExtent(long number) {
    return (number * STEP + 1) * BLOCK + 1;
  }

  static Stream<Case> cases() {
    return CASES.stream();
  }

  static Stream<Arguments> casesAndSeeds() {
    return CASES.stream()
        .flatMap(
            test -> Seeds.inTurn(CASES.indexOf(test)).mapToObj(seed -> Arguments.of(test, seed)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cutAfterAnyWrite_fsckLosesNothingOutsideTheHole(Case test) throws IOException {
    RecordingDevice recording = record(test);
    Expectation expectation = new Expectation(test);
    for (int events : Cuts.some(recording, MOST_CUTS)) {
      expectation.verify(recording.imageAfter(events), test + ", after event " + events);
    }
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("casesAndSeeds")
  void unflushedWritesLost_fsckLosesNothingOutsideTheHole(Case test, long seed) throws IOException {
    RecordingDevice recording = record(test);
    Expectation expectation = new Expectation(test);
    RandomGenerator random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      int events = 1 + random.nextInt(recording.eventCount());
      OverlayDevice crashed = recording.crashAfter(events, random, Tearing.NONE);
      expectation.verify(crashed, test + ", seed " + seed + ", crash " + i + " at " + events);
    }
  }

  /** Checks each epoch between two flushes in its hardest states, instead of random ones. */
  @ParameterizedTest
  @MethodSource("cases")
  void eachEpoch_noBlockInUseIsMarkedFree(Case test) throws IOException {
    RecordingDevice recording = record(test);
    for (Epoch epoch : Epoch.of(recording.events())) {
      for (List<DeviceEvent> kept : epoch.hardest()) {
        BlockDevice state = recording.imageAfter(epoch.start());
        for (DeviceEvent event : kept) {
          event.applyTo(state);
        }
        String found = judge.check(state).output();
        assertThat(found.lines().filter(line -> line.startsWith("Block bitmap differences")))
            .as("%s, after event %d, left are %s", test, epoch.start(), kept)
            .noneMatch(line -> line.contains("+"));
      }
    }
  }

  @Test
  void mutantThatWritesBackwards_isFound() throws IOException {
    assertThatThrownBy(() -> requireSafe(BackwardCommit::new))
        .isInstanceOfAny(AssertionError.class, Ext4Exception.class);
  }

  @Test
  void mutantThatLeavesOutFlushes_isFound() throws IOException {
    assertThatThrownBy(
            () ->
                requireSafe(
                    volume ->
                        new InPlaceCommit(
                            new UnflushedDevice(volume.device()),
                            volume.cache(),
                            volume.allocator(),
                            transaction -> {})))
        .isInstanceOfAny(AssertionError.class, Ext4Exception.class);
  }

  /**
   * Checks random crashes of the cases that change the shape of a tree, with another commit method.
   */
  private static void requireSafe(Engine.CommitMethodFactory commit) throws IOException {
    for (Case test : CASES.stream().filter(c -> c.name().startsWith("full leaf")).toList()) {
      RecordingDevice recording = RecordingDevice.sharing(test.disk());
      try (Engine engine = Engine.committingBy(recording, commit)) {
        new PunchHole(
                engine.file(test.file()),
                engine.volume(),
                test.byteOffset(),
                test.byteCount(),
                ProgressListener.NONE)
            .punch();
      }
      Expectation expectation = new Expectation(test);
      RandomGenerator random = new Random(1);
      for (int i = 0; i < 40; i++) {
        int events = 1 + random.nextInt(recording.eventCount());
        expectation.verify(recording.crashAfter(events, random, Tearing.NONE), test.toString());
      }
    }
  }

  private static RecordingDevice record(Case test) throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(test.disk());
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      fs.file(address(test.file()))
          .punch(test.byteOffset(), test.byteCount(), ProgressListener.NONE);
    }
    judge.requireClean(recording, test + ", without a crash");
    return recording;
  }

  private static FileAddress address(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The content of all files before the punch, to be compared with a crashed and repaired image.
   */
  private static final class Expectation {
    private final Case test;
    private final Map<String, FileContent> files = new TreeMap<>();

    Expectation(Case test) throws IOException {
      this.test = test;
      List<String> all =
          test.image().equals("extents")
              ? List.of("/before", "/after", "/dense", "/four", "/full", "/next", "/many")
              : List.of("/before", "/after", "/dense", test.file());
      for (String file : all) {
        files.put(file, FileContent.of(test.disk(), file));
      }
    }

    void verify(BlockDevice crashed, String situation) throws IOException {
      MemoryBlockDevice repaired = judge.repaired(crashed, situation);
      for (Map.Entry<String, FileContent> file : files.entrySet()) {
        boolean target = file.getKey().equals(test.file());
        FileContent found = FileContent.of(repaired, file.getKey());
        String what = situation + ": " + file.getKey();
        assertThat(found.size()).as("size of %s", what).isEqualTo(file.getValue().size());
        found.requireSameBut(
            file.getValue(),
            target ? test.byteOffset() : 0,
            target ? test.byteOffset() + test.byteCount() : 0,
            what);
      }
    }
  }

  /**
   * A commit method that writes the roles in reverse order: parents after their children have
   * shrunk.
   */
  private static final class BackwardCommit implements CommitMethod {
    private final dev.ext4j.fs.volume.Volume volume;

    BackwardCommit(dev.ext4j.fs.volume.Volume volume) {
      this.volume = volume;
    }

    @Override
    public int maxTransactionBlocks() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void write() {}

    @Override
    public void finish() {}

    @Override
    public void prepare(Transaction transaction) throws IOException {
      BlockRole[] roles = BlockRole.values();
      for (int i = roles.length - 1; i >= 0; i--) {
        writeRole(volume, transaction, roles[i]);
        volume.device().flush();
      }
      volume.allocator().release(transaction.freed(), transaction);
      writeRole(volume, transaction, BlockRole.ALLOCATION);
      volume.device().flush();
    }
  }

  private static void writeRole(
      dev.ext4j.fs.volume.Volume volume, Transaction transaction, BlockRole role)
      throws IOException {
    for (Transaction.Member member : transaction.members()) {
      if (member.role() == role && !transaction.isRevoked(member.block().number())) {
        volume.cache().writeHome(member.block());
      }
    }
  }

  /** A device that ignores flushes. */
  private static final class UnflushedDevice extends dev.ext4j.blockdev.ForwardingDevice {
    UnflushedDevice(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void flush() {}
  }
}
