package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.TwoDisks.State;
import dev.ext4j.testimages.ExternalJournal;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.LoopDevice;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a journal on another device: replayed, written, and cut off together with its file
 * system.
 */
@Tag("oracle")
class ExternalJournalTest {
  private static final int BLOCK = 1024;
  private static final int FILE_BLOCKS = 120;
  private static final String FILE = "file";
  private static final String UUID = "5ca1ab1e-0000-4000-8000-00000e0a4a01";

  /**
   * The block of the superblock, with blocks of 1 KiB and with larger ones. There e2fsck and the
   * kernel may write other bytes.
   */
  private static final Set<Long> SUPERBLOCK = Set.of(0L, 1L);

  private static final long[][] HOLES = {
    {50L * BLOCK + 17, 40L * BLOCK}, {3L * BLOCK + 100, 200}, {0, 30L * BLOCK + 5}
  };

  private static Judge judge;
  private static State clean;
  private static State dirty;

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireKernel();
    judge = Judge.open();
    ExternalJournal made = create();
    byte[] content = new byte[FILE_BLOCKS * BLOCK];
    new Random(1).nextBytes(content);
    try (ExternalJournal.Mounted mounted = made.mount()) {
      mounted.mount().file(FILE).write(0, content);
    }
    clean = load(made);
    dirty = dirty(made);
  }

  private static State dirty(ExternalJournal made) throws IOException {
    try (ExternalJournal.Mounted mounted = made.mount()) {
      KernelTraffic.run(mounted.mount(), 6, 1);
      return load(made);
    }
  }

  /**
   * Makes a small file system with blocks of 1 KiB, where the superblock of the log is in another
   * block.
   */
  private static ExternalJournal create() throws IOException {
    Path journal = journalDevice("small.journal.img", UUID);
    ImageRecipe recipe = ImageRecipe.of("small", "ext4", BLOCK, 12 << 20).withWords("-N", "400");
    Path image = Scratch.createSparse(judge.file("small.img"), recipe.byteCount());
    try (LoopDevice journalLoop = LoopDevice.attach(journal);
        LoopDevice loop = LoopDevice.attach(image)) {
      Mke2fs.format(recipe.withWords("-J", "device=" + journalLoop.device()), loop.device());
    }
    return new ExternalJournal(image, journal);
  }

  private static Path journalDevice(String name, String uuid) throws IOException {
    return Mke2fs.createFile(
        ImageRecipe.of("journal", "ext4", BLOCK, 2 << 20)
            .withFeatures("journal_dev")
            .withWords("-U", uuid),
        judge.file(name));
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static State load(ExternalJournal made) throws IOException {
    return new State(Judge.loadExactly(made.image()), Judge.loadExactly(made.journal()));
  }

  @Test
  void dirtyJournal_readersSeeWhatE2fsckReplays() throws IOException {
    State theirs = byE2fsck(dirty, "-y", "-E", "journal_only");
    assertThat(ReplayedImages.differences(dirty.first(), theirs.first(), SUPERBLOCK))
        .as("blocks that the replay changes")
        .isNotEmpty();
    State read = dirty.copy();
    try (Mount mount =
        new Mount(read.first(), MountOptions.readOnly().withJournalDevice(read.second()))) {
      assertThat(mount.warnings()).singleElement().asString().contains("after its replay");
      ReplayedImages.requireSame(mount.device(), theirs.first(), SUPERBLOCK, "as readers see it");
    }
    requireUnchanged(read, dirty);
  }

  @Test
  void dirtyJournal_isRecoveredAsByE2fsckAndTheKernel() throws IOException {
    requireRecoveredAsByOthers(dirty);
    Path folder = Objects.requireNonNull(judge.file("x").getParent());
    requireRecoveredAsByOthers(dirty(ExternalJournal.create(folder)));
  }

  private static void requireRecoveredAsByOthers(State dirty) throws IOException {
    State ours = dirty.copy();
    recover(ours);
    State theirs = byE2fsck(dirty, "-y", "-E", "journal_only");
    ReplayedImages.requireSame(ours.first(), theirs.first(), SUPERBLOCK, "ext4j and e2fsck");
    State kernels = byKernel(dirty);
    ReplayedImages.requireSame(ours.first(), kernels.first(), SUPERBLOCK, "ext4j and the kernel");
    requireClean(ours, "recovered by ext4j");
    try (Mount mount = new Mount(ours.first(), MountOptions.readOnly())) {
      assertThat(mount.needsRecovery()).isFalse();
    }
  }

  static LongStream seeds() {
    return Seeds.of(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bothDisksCutAtOneInstant_beforeOrAfterEachHole(long seed) throws IOException {
    List<byte[]> models = new ArrayList<>();
    List<Integer> durableAt = new ArrayList<>();
    models.add(content(clean));
    durableAt.add(0);
    TwoDisks disks = new TwoDisks(clean.first(), clean.second());
    try (Ext4FileSystem fs =
        Ext4FileSystem.open(
            disks.first(),
            OpenOptions.builder().writable(true).journalDevice(disks.second()).build())) {
      for (long[] hole : HOLES) {
        fs.file(address()).punch(hole[0], hole[1], ProgressListener.NONE);
        addModel(models, durableAt, disks, hole, (byte) 0);
      }
    }
    Random random = new Random(seed);
    for (int instant = 0; instant < disks.instantCount(); instant++) {
      String situation = "cut at " + instant + ", seed " + seed;
      requireBeforeOrAfter(disks.cutAt(instant), models, durableAt, instant, situation);
      State torn = disks.crashAt(instant, random);
      requireBeforeOrAfter(torn, models, durableAt, instant, "torn, " + situation);
    }
  }

  /** Checks the two disks as far apart as they can be at each instant, instead of at random. */
  @Test
  void oneDiskFarBehindTheOther_beforeOrAfterEachChange() throws IOException {
    requireSoundApart(disk -> disk);
  }

  @Test
  void mutantThatDoesNotFlushTheDiskOfTheFileSystem_isFound() {
    assertThatThrownBy(() -> requireSoundApart(Unflushed::new))
        .isInstanceOfAny(AssertionError.class, Ext4Exception.class);
  }

  /** A device that ignores flushes. */
  private static final class Unflushed extends ForwardingDevice {
    Unflushed(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void flush() {}
  }

  /**
   * Punches holes and writes new content into them, which does not go through the journal. Fails
   * unless each state of the disks is sound.
   */
  private static void requireSoundApart(UnaryOperator<BlockDevice> first) throws IOException {
    List<byte[]> models = new ArrayList<>();
    List<Integer> durableAt = new ArrayList<>();
    models.add(content(clean));
    durableAt.add(0);
    TwoDisks disks = new TwoDisks(clean.first(), clean.second());
    OpenOptions options =
        OpenOptions.builder().writable(true).journalDevice(disks.second()).build();
    try (Ext4FileSystem fs = Ext4FileSystem.open(first.apply(disks.first()), options)) {
      Ext4File file = fs.file(address());
      for (long[] hole : HOLES) {
        file.punch(hole[0], hole[1], ProgressListener.NONE);
        addModel(models, durableAt, disks, hole, (byte) 0);
        byte[] bytes = new byte[(int) hole[1]];
        Arrays.fill(bytes, (byte) 'N');
        file.writeDirect(hole[0], ByteBuffer.wrap(bytes));
        fs.sync();
        addModel(models, durableAt, disks, hole, (byte) 'N');
      }
    }
    for (int instant = 0; instant < disks.instantCount(); instant++) {
      for (boolean firstLags : new boolean[] {true, false}) {
        String situation = "apart at " + instant + (firstLags ? ", first" : ", second");
        State apart = disks.apartAt(instant, firstLags);
        requireBeforeOrAfter(apart, models, durableAt, instant, situation);
      }
    }
  }

  private static void addModel(
      List<byte[]> models, List<Integer> durableAt, TwoDisks disks, long[] range, byte value) {
    byte[] after = models.get(models.size() - 1).clone();
    Arrays.fill(after, (int) range[0], (int) (range[0] + range[1]), value);
    models.add(after);
    durableAt.add(disks.instantCount() - 1);
  }

  private static void requireBeforeOrAfter(
      State crashed, List<byte[]> models, List<Integer> durableAt, int instant, String situation)
      throws IOException {
    int oldest = 0;
    while (oldest + 1 < models.size() && durableAt.get(oldest + 1) <= instant) {
      oldest++;
    }
    int newest = Math.min(oldest + 1, models.size() - 1);
    byte[] seen = content(crashed);
    assertThat(Arrays.equals(seen, models.get(oldest)) || Arrays.equals(seen, models.get(newest)))
        .as("%s: before or after", situation)
        .isTrue();
    State recovered = crashed.copy();
    recover(recovered);
    requireClean(recovered, situation);
    assertThat(Arrays.equals(content(recovered), seen)).as("%s: recovered", situation).isTrue();
    if (instant % 3 == 0) {
      State repaired = byE2fsck(crashed, "-fy");
      assertThat(Arrays.equals(content(repaired), seen)).as("%s: by e2fsck", situation).isTrue();
    }
  }

  @Test
  void noDeviceGiven_isRefusedNamingTheUuid() throws IOException {
    for (State state : List.of(clean.copy(), dirty.copy())) {
      assertThatThrownBy(() -> new Mount(state.first(), MountOptions.readWrite()).close())
          .isInstanceOf(NeedsRecoveryException.class)
          .hasMessageContaining(UUID);
    }
    State read = dirty.copy();
    try (Mount mount = new Mount(read.first(), MountOptions.readOnly())) {
      assertThat(mount.warnings()).singleElement().asString().contains("before its replay", UUID);
    }
  }

  @Test
  void journalOfAnotherFileSystem_isRefused() throws IOException {
    State state = dirty.copy();
    int uuid = 1024 + 0x68;
    state.second().writeFully(uuid, ByteBuffer.allocate(4));
    requireRefused(state, state.second(), "checksum");
    String other = "5ca1ab1e-0000-4000-8000-00000e0a4a77";
    MemoryBlockDevice journal = Judge.loadExactly(journalDevice("other.journal.img", other));
    requireRefused(dirty.copy(), journal, other);
  }

  @Test
  void deviceThatHoldsAFileSystem_isRefused() throws IOException {
    requireRefused(dirty.copy(), clean.first().copy(), "not a journal but a file system");
  }

  @Test
  void deviceThatHoldsNothing_isRefused() throws IOException {
    requireRefused(dirty.copy(), new MemoryBlockDevice(1 << 20), "");
    requireRefused(dirty.copy(), new MemoryBlockDevice(1024), "too short");
  }

  @Test
  void journalDeviceCutShort_isRefused() throws IOException {
    MemoryBlockDevice half = new MemoryBlockDevice(dirty.second().size() / 2);
    ByteBuffer bytes = ByteBuffer.allocate((int) half.size());
    dirty.second().readFully(0, bytes);
    half.writeFully(0, bytes.flip());
    requireRefused(dirty.copy(), half, "with room for");
  }

  private static void requireRefused(State state, BlockDevice journal, String message)
      throws IOException {
    MemoryBlockDevice before = MemoryBlockDevice.copyOf(journal);
    assertThatThrownBy(
            () ->
                new Mount(state.first(), MountOptions.readWrite().withJournalDevice(journal))
                    .close())
        .isInstanceOfSatisfying(
            CorruptionException.class,
            e -> assertThat(e.kind()).isIn(Kind.JOURNAL, Kind.NOT_EXT4, Kind.SUPERBLOCK_CHECKSUM))
        .hasMessageContaining(message);
    requireEqual(state.first(), dirty.first());
    requireEqual(journal, before);
  }

  private static void requireUnchanged(State state, State before) throws IOException {
    requireEqual(state.first(), before.first());
    requireEqual(state.second(), before.second());
  }

  private static void requireEqual(BlockDevice disk, BlockDevice expected) throws IOException {
    ByteBuffer one = ByteBuffer.allocate((int) disk.size());
    ByteBuffer other = ByteBuffer.allocate((int) expected.size());
    disk.readFully(0, one);
    expected.readFully(0, other);
    assertThat(Arrays.mismatch(one.array(), other.array())).as("first change").isEqualTo(-1);
  }

  private static void recover(State state) throws IOException {
    try (Ext4FileSystem fs =
        Ext4FileSystem.open(
            state.first(),
            OpenOptions.builder().writable(true).journalDevice(state.second()).build())) {
      fs.sync();
    }
  }

  private static byte[] content(State state) throws IOException {
    try (Ext4FileSystem fs =
        Ext4FileSystem.open(
            state.first(), OpenOptions.builder().journalDevice(state.second()).build())) {
      Ext4File file = fs.file(address());
      ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
      while (bytes.hasRemaining()) {
        file.read(bytes.position(), bytes);
      }
      return bytes.array();
    }
  }

  private static FileAddress address() {
    return FileAddress.path(("/" + FILE).getBytes(StandardCharsets.UTF_8));
  }

  private static State byE2fsck(State state, String... words) throws IOException {
    Path image = judge.saveExactly(state.first(), "fsck.img");
    Path journal = judge.saveExactly(state.second(), "fsck.journal.img");
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-j", journal.toString(), image.toString()));
    ToolResult result = ExternalTool.named("e2fsck").run(all);
    assertThat(result.exitCode()).as(result.toString()).isLessThanOrEqualTo(1);
    return new State(Judge.loadExactly(image), Judge.loadExactly(journal));
  }

  private static void requireClean(State state, String situation) throws IOException {
    Path image = judge.saveExactly(state.first(), "fsck.img");
    Path journal = judge.saveExactly(state.second(), "fsck.journal.img");
    ToolResult result =
        ExternalTool.named("e2fsck").run("-fn", "-j", journal.toString(), image.toString());
    assertThat(result.exitCode()).as("%s: %s", situation, result).isZero();
  }

  private static State byKernel(State state) throws IOException {
    Path image = judge.saveExactly(state.first(), "kernel.img");
    Path journal = judge.saveExactly(state.second(), "kernel.journal.img");
    try (LoopDevice journalLoop = LoopDevice.attach(journal);
        LoopDevice loop = LoopDevice.attach(image);
        KernelMount mount =
            KernelMount.readOnly(loop.device(), "journal_path=" + journalLoop.device())) {
      assertThat(mount.root()).isDirectory();
    }
    return new State(Judge.loadExactly(image), Judge.loadExactly(journal));
  }
}
