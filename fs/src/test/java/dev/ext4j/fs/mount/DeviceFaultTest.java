package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of a device that fails at any single read, write or flush of a punch, once or from then on.
 */
class DeviceFaultTest {
  private static final int BLOCK = 1024;
  private static final int LEAF = ExtentNode.capacityOfBlock(BLOCK);

  /**
   * A file for a hole in a full leaf. The punch allocates, frees, zeroes edges, and changes every
   * kind of block.
   */
  private static final String FILE = "/full";

  private static final long HOLE = 40L * 8 * BLOCK + BLOCK + 1;
  private static final long HOLE_SIZE = 60L * 8 * BLOCK;

  private static Judge judge;
  private static MemoryBlockDevice image;
  private static FileContent before;
  private static FileContent other;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("faults", "ext4", BLOCK, 4 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-g", "1024", "-N", "40");
    Path file = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, file);
    files.empty("full");
    files.dense("other", 30 * BLOCK + 3);
    image = Judge.load(file);
    try (Engine engine = Engine.open(image, 1000)) {
      for (long i = 0; i < 3L * LEAF; i++) {
        engine.putExtent(FILE, 8 * i, 4);
      }
    }
    judge.requireClean(image, "the image to start with");
    before = FileContent.of(image, FILE);
    other = FileContent.of(image, "/other");
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"READ", "WRITE", "FLUSH"})
  void oneFailure_imageIsAsBeforeOrAsAfter(Operation operation) throws IOException {
    long calls = callsOfAPunch(operation);
    int failed = 0;
    for (long call = 1; call <= calls; call++) {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device = new FaultyDevice(disk).failOnce(operation, call, errno());
      String situation = operation + " " + call + " of " + calls + " failed";
      Throwable failure = catchThrowable(() -> openAndPunch(device));
      if (failure == null) {
        judge.requireClean(disk, situation);
        continue;
      }
      failed++;
      requireDeviceFailure(failure, situation);
      requireOutcome(failure, disk, situation);
    }
    assertThat(failed).as("failed punches").isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"READ", "WRITE", "FLUSH"})
  void failureFromThenOn_fsckLosesNothingOutsideTheHole(Operation operation) throws IOException {
    long calls = callsOfAPunch(operation);
    for (long call = 1; call <= calls; call++) {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device = new FaultyDevice(disk).failFrom(operation, call, errno());
      String situation = operation + " fails from call " + call + " of " + calls + " on";
      Throwable failure = catchThrowable(() -> openAndPunch(device));
      assertThat(failure).as(situation).isNotNull();
      requireDeviceFailure(failure, situation);
      requireOutcome(failure, disk, situation);
    }
  }

  @Test
  void fullDiskUnderTheImage_punchFailsAndImageIsAsBefore() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device =
        new FaultyDevice(disk).failOnce(Operation.WRITE, 4, dev.ext4j.blockdev.Errno.ENOSPC);
    assertThatThrownBy(() -> openAndPunch(device))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("space")
        .hasMessageContaining("as before");
    requireSameBytes(disk, "full disk");
  }

  @Test
  void afterAFailedCommit_furtherWritesAreRefused() throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice device = new FaultyDevice(disk).failOnce(Operation.WRITE, 4, errno());
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      assertThatThrownBy(() -> punch(fs)).isInstanceOf(CommitFailedException.class);
      assertThatThrownBy(() -> punch(fs))
          .isInstanceOfSatisfying(
              FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
      // Reading goes on and shows the old content.
      ByteBuffer target = ByteBuffer.allocate(1);
      assertThat(fs.file(address(FILE)).read(HOLE, target)).isEqualTo(1);
      assertThat(target.get(0)).isEqualTo(before.at(HOLE));
    }
    requireSameBytes(disk, "after the second refusal");
  }

  @Test
  void fileSystemIsFull_splitThatNeedsABlockFailsAndNothingIsWritten() throws IOException {
    MemoryBlockDevice disk = image.copy();
    fill(disk);
    MemoryBlockDevice full = disk.copy();
    FaultyDevice counting = new FaultyDevice(disk);
    try (Ext4FileSystem fs = Ext4FileSystem.open(counting, OpenOptions.readWrite())) {
      assertThat(fs.info().freeBlockCount()).isZero();
      assertThatThrownBy(() -> fs.file(address(FILE)).punch(HOLE, 2 * BLOCK, ProgressListener.NONE))
          .isInstanceOfSatisfying(
              FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }
    assertThat(counting.calls(Operation.WRITE)).isZero();
    requireEqual(disk, full, "no space for a split");
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      // A hole that needs no split succeeds, and makes room.
      fs.file(address(FILE)).punch(0, 30L * 8 * BLOCK, ProgressListener.NONE);
      punch(fs);
    }
    judge.requireClean(disk, "after room was made");
  }

  private static dev.ext4j.blockdev.Errno errno() {
    return dev.ext4j.blockdev.Errno.EIO;
  }

  /** Allocates every free block to a file, one by one. */
  private static void fill(MemoryBlockDevice disk) throws IOException {
    try (Engine engine = Engine.open(disk, 1000)) {
      long at = 1_000;
      while (engine.volume().superblock().freeClusters() > 0) {
        engine.putExtent("/other", at++, 1);
      }
    }
    judge.requireClean(disk, "a full file system");
  }

  private static long callsOfAPunch(Operation operation) throws IOException {
    MemoryBlockDevice disk = image.copy();
    FaultyDevice counting = new FaultyDevice(disk);
    openAndPunch(counting);
    judge.requireClean(disk, "without a fault");
    return counting.calls(operation);
  }

  private static void openAndPunch(FaultyDevice device) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs);
    }
  }

  private static void punch(Ext4FileSystem fs) throws IOException {
    fs.file(address(FILE)).punch(HOLE, HOLE_SIZE, ProgressListener.NONE);
  }

  private static FileAddress address(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }

  private static void requireDeviceFailure(Throwable failure, String situation) {
    assertThat(failure)
        .as(situation)
        .isInstanceOfAny(DeviceException.class, CommitFailedException.class);
    if (failure instanceof CommitFailedException) {
      assertThat(failure).as(situation).hasCauseInstanceOf(DeviceException.class);
    }
  }

  /** Fails unless the outcome in the failure is true for the image. */
  private static void requireOutcome(Throwable failure, MemoryBlockDevice disk, String situation)
      throws IOException {
    boolean asBefore =
        failure instanceof CommitFailedException commit && commit.outcome() == Outcome.AS_BEFORE;
    if (asBefore && failure.getSuppressed().length == 0) {
      requireSameBytes(disk, situation);
    }
    MemoryBlockDevice repaired = judge.repaired(disk, situation);
    FileContent found = FileContent.of(repaired, FILE);
    found.requireSameBut(before, HOLE, HOLE + HOLE_SIZE, situation);
    FileContent.of(repaired, "/other").requireSameBut(other, 0, 0, situation);
  }

  /** Fails unless all bytes are as before. */
  private static void requireSameBytes(MemoryBlockDevice disk, String situation)
      throws IOException {
    requireEqual(disk, image, situation);
  }

  private static void requireEqual(
      MemoryBlockDevice disk, MemoryBlockDevice expected, String situation) throws IOException {
    RawImage found = new RawImage(disk.reopened());
    RawImage wanted = new RawImage(expected.reopened());
    for (long block = 0; block < disk.size() / BLOCK; block++) {
      if (!found.block(block).equals(wanted.block(block))) {
        throw new AssertionError(situation + ": block " + block + " differs");
      }
    }
  }
}
