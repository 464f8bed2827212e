package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a recovery that is itself cut off and started again. It must end as one that was not cut
 * off, and must keep the record of errors.
 */
@Tag("oracle")
class RecoveryCrashTest {
  private static final int CRASHES = 25;
  private static final int SUPERBLOCK = 1024;
  private static final int S_STATE = 0x3A;
  private static final int ERROR_FS = 2;
  private static final int S_ERROR_COUNT = 0x194;
  private static final int ERRORS_END = 0x200;
  private static final int LOG_ERRNO = 0x20;
  private static final int LOG_CHECKSUM = 0xFC;

  private static Judge judge;
  private static final Map<String, MemoryBlockDevice> DIRTY = new TreeMap<>();

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireKernel();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    DIRTY.clear();
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        kind("rc-1k", "ext4", 1024),
        kind("rc-4k", "ext4", 4096).sized(32 << 20),
        kind("rc-no-checksums", "ext4", 1024).withFeatures("^metadata_csum", "^64bit"),
        kind("rc-ext3", "ext3", 1024),
        kind("rc-fast-commit", "ext4", 1024).withFeatures("fast_commit"));
  }

  static Stream<Arguments> kindsAndSeeds() {
    return kinds().flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  private static ImageRecipe kind(String name, String type, int blockSize) {
    return ImageRecipe.of(name, type, blockSize, 12 << 20)
        .withWords("-J", "size=" + 2 * blockSize / 1024, "-N", "512");
  }

  private static MemoryBlockDevice dirty(ImageRecipe kind) throws IOException {
    MemoryBlockDevice known = DIRTY.get(kind.name());
    if (known == null) {
      known =
          Judge.loadExactly(
              KernelTraffic.crash(judge.make(kind), judge.file("crashed.img"), 6, 1).image());
      DIRTY.put(kind.name(), known);
    }
    return known.copy();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void cutAfterAnyWrite_nextRecoveryEndsTheSame(ImageRecipe kind) throws IOException {
    Run run = new Run(dirty(kind));
    int cuts = 0;
    for (int i = 0; i <= run.recording.eventCount(); i++) {
      boolean write =
          i == run.recording.eventCount()
              || run.recording.events().get(i) instanceof DeviceEvent.Write;
      if (write) {
        run.requireSameEnd(run.recording.imageAfter(i), kind + ", cut after event " + i);
        cuts++;
      }
    }
    assertThat(cuts).as("writes").isGreaterThan(10);
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void unflushedWritesLostOrTorn_nextRecoveryEndsTheSame(ImageRecipe kind, long seed)
      throws IOException {
    Run run = new Run(dirty(kind));
    Random random = new Random(seed);
    for (int i = 0; i < CRASHES; i++) {
      int events = random.nextInt(run.recording.eventCount() + 1);
      run.requireSameEnd(
          run.recording.crashAfter(events, random, Tearing.SECTORS),
          kind + ", crash " + i + " after event " + events + ", seed " + seed);
    }
  }

  /** A recording of a recovery that was not cut off. */
  private static final class Run {
    private final RecordingDevice recording;
    private final MemoryBlockDevice end;
    private final Set<Long> own;

    Run(MemoryBlockDevice dirty) throws IOException {
      own = ReplayedImages.ownBlocks(dirty);
      recording = RecordingDevice.sharing(dirty);
      recover(recording);
      end = MemoryBlockDevice.copyOf(recording.imageAfter(recording.eventCount()));
      judge.requireClean(end, "recovered without a cut");
      assertThat(ReplayedImages.differences(dirty, end, own)).as("replayed").isNotEmpty();
    }

    void requireSameEnd(BlockDevice state, String situation) throws IOException {
      MemoryBlockDevice ours = MemoryBlockDevice.copyOf(state);
      recover(ours);
      ReplayedImages.requireSame(ours, end, own, situation);
      judge.requireClean(ours, situation);
      MemoryBlockDevice theirs = ReplayedImages.byE2fsck(judge, state);
      ReplayedImages.requireSame(theirs, end, own, situation + ", by e2fsck");
    }
  }

  private static void recover(BlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      fs.sync();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void errorsNotedInTheSuperblock_winOverThoseInTheLog(ImageRecipe kind) throws IOException {
    MemoryBlockDevice dirty = dirty(kind);
    long home = SUPERBLOCK / kind.blockSize();
    LogSuperblock log = KernelTraffic.log(dirty);
    SuperblockLoader loaded = SuperblockLoader.load(dirty, MountOptions.readOnly());
    Replay replay = Replay.of(log.area(), log.view(), loaded.geometry());
    assertThat(replay.copies()).as("copies in the log").containsKey(home);
    noteErrors(dirty);

    requireErrorsAsTheKernelKeepsThem(dirty, kind.toString());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void errorThatStoppedTheJournal_isNotedInTheSuperblock(ImageRecipe kind) throws IOException {
    MemoryBlockDevice dirty = dirty(kind);
    noteLogError(dirty);
    MemoryBlockDevice ours = requireErrorsAsTheKernelKeepsThem(dirty, kind.toString());
    assertThat(state(ours) & ERROR_FS).as("EXT4_ERROR_FS in s_state").isEqualTo(ERROR_FS);
    assertThat(KernelTraffic.log(ours).view().errno()).as("s_errno").isZero();
    assertThat(E2fsck.check(judge.save(ours, "errors.img")).exitCode()).isLessThanOrEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void recoveryCutOff_losesNoErrors(ImageRecipe kind) throws IOException {
    MemoryBlockDevice dirty = dirty(kind);
    noteErrors(dirty);
    noteLogError(dirty);
    byte[] noted = errors(dirty);
    RecordingDevice recording = RecordingDevice.sharing(dirty);
    recover(recording);
    for (int i = 0; i <= recording.eventCount(); i++) {
      MemoryBlockDevice cut = MemoryBlockDevice.copyOf(recording.imageAfter(i));
      String situation = kind + ", cut after event " + i;
      assertThat(errors(cut)).as(situation).isEqualTo(noted);
      boolean known = (state(cut) & ERROR_FS) != 0 || KernelTraffic.log(cut).view().errno() != 0;
      assertThat(known).as("%s: there were errors", situation).isTrue();
      recover(cut);
      assertThat(errors(cut)).as("%s, recovered", situation).isEqualTo(noted);
      assertThat(state(cut) & ERROR_FS).as(situation).isEqualTo(ERROR_FS);
    }
  }

  private static MemoryBlockDevice requireErrorsAsTheKernelKeepsThem(
      MemoryBlockDevice dirty, String situation) throws IOException {
    MemoryBlockDevice kernels = ReplayedImages.byKernel(judge, dirty);
    MemoryBlockDevice ours = dirty.copy();
    recover(ours);
    assertThat(errors(ours)).as("%s: error fields", situation).isEqualTo(errors(kernels));
    assertThat(errors(ours)).as("%s: error fields", situation).isEqualTo(errors(dirty));
    assertThat(state(ours) & ERROR_FS).as(situation).isEqualTo(state(kernels) & ERROR_FS);
    assertThat(KernelTraffic.log(ours).view().errno())
        .as("%s: s_errno", situation)
        .isEqualTo(KernelTraffic.log(kernels).view().errno());
    return ours;
  }

  private static byte[] errors(BlockDevice disk) throws IOException {
    byte[] errors = new byte[ERRORS_END - S_ERROR_COUNT];
    disk.readFully(SUPERBLOCK + S_ERROR_COUNT, ByteBuffer.wrap(errors));
    return errors;
  }

  private static int state(BlockDevice disk) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    disk.readFully(SUPERBLOCK + S_STATE, bytes);
    return bytes.getShort(0);
  }

  /**
   * Adds errors, as if the kernel had found them after the last copy of the superblock went to the
   * log.
   */
  private static void noteErrors(BlockDevice disk) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    disk.readFully(SUPERBLOCK, bytes);
    bytes.putShort(S_STATE, (short) (bytes.getShort(S_STATE) | ERROR_FS));
    for (int i = S_ERROR_COUNT; i < ERRORS_END; i++) {
      bytes.put(i, (byte) ('a' + i % 26));
    }
    bytes.putInt(S_ERROR_COUNT, 3);
    if ((bytes.getInt(0x64) & 0x400) != 0) {
      bytes.putInt(0x3FC, checksum(bytes, 0x3FC));
    }
    disk.writeFully(SUPERBLOCK, bytes.clear());
  }

  /** Adds an error to the log, as if the kernel had stopped the journal after a device error. */
  private static void noteLogError(BlockDevice disk) throws IOException {
    long at = KernelTraffic.log(disk).area().byteOffset(0);
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    disk.readFully(at, bytes);
    bytes.putInt(LOG_ERRNO, -5);
    if (bytes.getInt(LOG_CHECKSUM) != 0) {
      bytes.putInt(LOG_CHECKSUM, 0);
      bytes.putInt(LOG_CHECKSUM, checksum(bytes, 1024));
    }
    disk.writeFully(at, bytes.clear());
  }

  /** Returns the crc32c without its final inversion. */
  private static int checksum(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, length));
    return ~(int) crc.getValue();
  }
}
