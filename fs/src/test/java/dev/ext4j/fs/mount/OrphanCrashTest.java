package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.content.WriteBack;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.InPlaceCommit;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a power failure at any instant of a cleanup that is committed in place. Whether {@code
 * e2fsck} or ext4j continues it, the final state must be the same as without the failure.
 */
class OrphanCrashTest {
  private static final int BLOCK = 1024;

  /** The most blocks of a transaction: so few that most steps need their own transaction. */
  private static final int SMALL = 16;

  private static Judge judge;

  /** The kinds of images, with the form in which they name their orphans. */
  enum Form {
    EXTENTS,
    INDIRECT,
    IN_FILE;

    ImageRecipe recipe() {
      ImageRecipe recipe =
          ImageRecipe.of("crash", this == INDIRECT ? "ext2" : "ext4", BLOCK, 6 << 20)
              .withFeatures("^resize_inode")
              .withWords("-g", "1024", "-N", "60");
      return switch (this) {
        case EXTENTS -> recipe.withFeatures("^has_journal");
        case INDIRECT -> recipe;
        case IN_FILE -> recipe.withFeatures("orphan_file");
      };
    }

    MemoryBlockDevice image() {
      return Objects.requireNonNull(IMAGES.get(this));
    }
  }

  private static final Map<Form, MemoryBlockDevice> IMAGES = new TreeMap<>();

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    for (Form form : Form.values()) {
      IMAGES.put(form, make(form));
    }
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static MemoryBlockDevice make(Form form) throws IOException {
    Path image = judge.make(form.recipe());
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("kept", 20 * BLOCK + 100);
    files.dense("cut", 300 * BLOCK + 77);
    files.everySecondBlock("cutMany", BLOCK, 300);
    files.dense("gone", 200 * BLOCK + 3);
    files.everySecondBlock("goneMany", BLOCK, 310);
    Debugfs.writing(image).runAll(List.of("mkdir dir", "symlink link target", "mknod fifo p"));
    OrphanCraft craft = new OrphanCraft(image);
    craft.delete("gone");
    craft.truncate("cut", 33 * BLOCK + 9);
    craft.delete("dir");
    craft.delete("goneMany");
    craft.delete("link");
    // Fifty extents are left, which need a leaf in any case. A smaller tree would be folded by
    // e2fsck.
    craft.truncate("cutMany", 99 * BLOCK);
    craft.delete("fifo");
    MemoryBlockDevice disk = Judge.load(image);
    if (form == Form.IN_FILE) {
      OrphanPatch.moveToFile(disk, craft.numbers());
    }
    return disk;
  }

  static Stream<Form> forms() {
    return Stream.of(Form.values());
  }

  @ParameterizedTest
  @MethodSource("forms")
  void cutAfterAnyWrite_fsckComesToTheSameEnd(Form form) throws IOException {
    RecordingDevice recording = record(form);
    State end = State.of(judge, recording);
    for (int events = 0; events <= recording.eventCount(); events++) {
      if (events == recording.eventCount()
          || recording.events().get(events) instanceof DeviceEvent.Write) {
        String situation = form + ", after event " + events;
        State.of(judge, judge.repaired(recording.imageAfter(events), situation))
            .requireSame(end, situation);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void unflushedWritesLost_fsckComesToTheSameEnd(Form form) throws IOException {
    RecordingDevice recording = record(form);
    State end = State.of(judge, recording);
    RandomGenerator random = new Random(7);
    for (int i = 0; i < 25; i++) {
      int events = 1 + random.nextInt(recording.eventCount());
      String situation = form + ", crash " + i + " at " + events;
      BlockDevice crashed = recording.crashAfter(events, random, Tearing.NONE);
      State.of(judge, judge.repaired(crashed, situation)).requireSame(end, situation);
    }
  }

  /**
   * Checks a second cleanup after each write. In the middle of a transaction, which is written in
   * pieces here, an inode and its mapping may not match. The cleanup then reports that, and e2fsck
   * must still reach the same final state.
   */
  @ParameterizedTest
  @MethodSource("forms")
  void cutAfterAnyWriteAndCleanedAgain_fsckComesToTheSameEnd(Form form) throws IOException {
    RecordingDevice recording = record(form);
    State end = State.of(judge, recording);
    int cleaned = 0;
    for (int events = 0; events < recording.eventCount(); events++) {
      MemoryBlockDevice crashed = MemoryBlockDevice.copyOf(recording.imageAfter(events));
      try (Mount mount = new Mount(crashed, MountOptions.readWrite())) {
        mount.sync();
        cleaned++;
      } catch (CorruptionException e) {
        assertThat(e.kind()).isNotEqualTo(Kind.SUPERBLOCK_CHECKSUM);
      }
      String situation = form + ", after event " + events;
      State.of(judge, judge.repaired(crashed, situation)).requireSame(end, situation);
    }
    assertThat(cleaned).as("states that were cleaned").isPositive();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void cutBetweenTransactions_secondCleanupLeavesNothingToFsck(Form form) throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(form.image());
    List<Integer> boundaries = new ArrayList<>();
    cleanInSmallTransactions(recording, boundaries);
    judge.requireClean(recording, form + ", without a crash");
    State end = State.of(judge, recording);
    assertThat(boundaries).hasSizeGreaterThan(5);
    for (int events : boundaries) {
      MemoryBlockDevice crashed = MemoryBlockDevice.copyOf(recording.imageAfter(events));
      try (Mount mount = new Mount(crashed, options())) {
        mount.sync();
      }
      String situation = form + ", after event " + events;
      judge.requireClean(crashed, situation);
      State.of(judge, crashed).requireSame(end, situation);
    }
  }

  private static void cleanInSmallTransactions(RecordingDevice recording, List<Integer> boundaries)
      throws IOException {
    try (Mount mount = new Mount(recording, MountOptions.readOnly())) {
      Volume its = mount.volume();
      CommitMethod inPlace = new InPlaceCommit(its.device(), its.cache(), its.allocator(), t -> {});
      CommitMethod noting =
          new CommitMethod() {
            @Override
            public int maxTransactionBlocks() {
              return SMALL;
            }

            @Override
            public void prepare(Transaction transaction) throws IOException {
              inPlace.prepare(transaction);
              boundaries.add(recording.eventCount());
            }

            @Override
            public void write() {}

            @Override
            public void finish() {}
          };
      Volume volume =
          WriteBack.attachedTo(
              new Volume(
                  its.geometry(),
                  its.device(),
                  its.cache(),
                  its.superblock(),
                  its.groups(),
                  its.inodes(),
                  its.allocator(),
                  new Journal(
                      its.cache(),
                      its.geometry(),
                      noting,
                      mount.lockOrder(),
                      System::nanoTime,
                      SMALL),
                  its.clock(),
                  mount.lockOrder(),
                  MemoryBounds.DEFAULT.pageBytes()));
      OrphanCleanup.Result result = new OrphanCleanup(volume).run();
      assertThat(result.deletedCount()).isEqualTo(5);
      assertThat(result.truncatedCount()).isEqualTo(2);
    }
  }

  private static MountOptions options() {
    return MountOptions.readWrite();
  }

  private static RecordingDevice record(Form form) throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(form.image());
    try (Mount mount = new Mount(recording, options())) {
      assertThat(mount.warnings()).singleElement().asString().contains("5 inodes", "and 2 cut");
    }
    judge.requireClean(recording, form + ", without a crash");
    return recording;
  }

  /** The parts of the final state that must be equal. */
  private record State(List<String> allocation, Map<String, FileContent> files) {
    static State of(Judge judge, BlockDevice disk) throws IOException {
      Map<String, FileContent> files = new TreeMap<>();
      for (String name : List.of("/kept", "/cut", "/cutMany")) {
        files.put(name, FileContent.of(disk, name));
      }
      return new State(OrphanState.allocation(judge.save(disk, "state.img")), files);
    }

    void requireSame(State expected, String situation) {
      assertThat(allocation).as(situation).isEqualTo(expected.allocation);
      files.forEach(
          (name, content) -> {
            FileContent right = Objects.requireNonNull(expected.files.get(name));
            assertThat(content.size())
                .as("%s: size of %s", situation, name)
                .isEqualTo(right.size());
            content.requireSameBut(right, 0, 0, situation + ": " + name);
          });
    }
  }
}
