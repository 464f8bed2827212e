package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests of a device that fails at any single call while holes are punched through a journal, once
 * or from then on. A hole that was reported as done must be there after recovery. The outcome in a
 * failed commit must be true.
 */
class LogDeviceFaultTest {
  private static final int BLOCK = 1024;
  private static final List<String> FILES = List.of("/many", "/dense");

  /** Holes that free a leaf, split an extent and zero edges. */
  private static final long[][] HOLES = {{61L * BLOCK + 3, 120L * BLOCK}, {50L * BLOCK + 17, 7000}};

  private static Judge judge;
  private static MemoryBlockDevice image;
  private static final List<List<byte[]>> MODELS = new ArrayList<>();

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("log-faults", "ext4", BLOCK, 6 << 20).withWords("-J", "size=1", "-N", "40");
    Path file = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, file);
    files.everySecondBlock("many", BLOCK, 200);
    files.dense("dense", 180L * BLOCK + 77);
    image = Judge.load(file);
    judge.requireClean(image, "the image to start with");
    MODELS.clear();
    MODELS.add(contents(image));
    for (int i = 0; i < HOLES.length; i++) {
      List<byte[]> after = new ArrayList<>(MODELS.get(i));
      byte[] punched = after.get(i).clone();
      Arrays.fill(punched, (int) HOLES[i][0], (int) (HOLES[i][0] + HOLES[i][1]), (byte) 0);
      after.set(i, punched);
      MODELS.add(after);
    }
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  /** The number of holes that were reported as done, and the exceptions. */
  private record Attempt(int done, @Nullable IOException punching, @Nullable IOException closing) {}

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"READ", "WRITE", "FLUSH"})
  void oneFailure_nothingDoneIsLostAndTheOutcomeIsTrue(Operation operation) throws IOException {
    Set<Outcome> seen = everyCall(operation, false);
    if (operation != Operation.READ) {
      assertThat(seen).contains(Outcome.AS_BEFORE, Outcome.IN_JOURNAL);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"READ", "WRITE", "FLUSH"})
  void failureFromThenOn_nothingDoneIsLostAndTheOutcomeIsTrue(Operation operation)
      throws IOException {
    Set<Outcome> seen = everyCall(operation, true);
    if (operation != Operation.READ) {
      assertThat(seen).contains(Outcome.AS_BEFORE, Outcome.IN_DOUBT, Outcome.IN_JOURNAL);
    }
  }

  private static Set<Outcome> everyCall(Operation operation, boolean fromThenOn)
      throws IOException {
    Set<Outcome> seen = EnumSet.noneOf(Outcome.class);
    FaultyDevice counting = new FaultyDevice(image.copy());
    assertThat(attempt(counting)).isEqualTo(new Attempt(HOLES.length, null, null));
    long calls = counting.calls(operation);
    int failed = 0;
    for (long call = 1; call <= calls; call++) {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device = new FaultyDevice(disk);
      if (fromThenOn) {
        device.failFrom(operation, call, dev.ext4j.blockdev.Errno.EIO);
      } else {
        device.failOnce(operation, call, dev.ext4j.blockdev.Errno.EIO);
      }
      String situation =
          operation
              + " "
              + call
              + " of "
              + calls
              + " failed"
              + (fromThenOn ? ", as all after" : "");
      Attempt attempt = attempt(device);
      failed += attempt.punching == null && attempt.closing == null ? 0 : 1;
      requireTrue(attempt, disk, seen, situation);
    }
    assertThat(failed).as("failures told").isPositive();
    if (fromThenOn) {
      assertThat((long) failed).as("every failure is told").isEqualTo(calls);
    }
    return seen;
  }

  @SuppressWarnings("MustBeClosedChecker") // the exception of the close is examined
  private static Attempt attempt(FaultyDevice device) {
    int done = -1; // not open yet
    IOException punching = null;
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      done = 0;
      try {
        while (done < HOLES.length) {
          punch(fs, done);
          done++;
        }
      } catch (IOException e) {
        punching = e;
      }
    } catch (IOException e) {
      return done < 0 ? new Attempt(0, e, null) : new Attempt(done, punching, e);
    }
    return new Attempt(done, punching, null);
  }

  private static void requireTrue(
      Attempt attempt, MemoryBlockDevice disk, Set<Outcome> seen, String situation)
      throws IOException {
    for (IOException failure : new IOException[] {attempt.punching, attempt.closing}) {
      if (failure != null) {
        assertThat(failure)
            .as(situation)
            .isInstanceOfAny(DeviceException.class, CommitFailedException.class);
      }
    }
    int newest = attempt.done;
    int oldest = attempt.done;
    if (attempt.punching instanceof CommitFailedException commit) {
      seen.add(commit.outcome());
      assertThat(commit).as(situation).hasCauseInstanceOf(DeviceException.class);
      assertThat(commit.outcome()).as(situation).isNotEqualTo(Outcome.NEEDS_CHECK);
      newest += commit.outcome() == Outcome.AS_BEFORE ? 0 : 1;
      oldest += commit.outcome() == Outcome.IN_JOURNAL ? 1 : 0;
    }
    if (attempt.closing instanceof CommitFailedException commit) {
      seen.add(commit.outcome());
    }
    if (attempt.punching == null && attempt.closing == null) {
      judge.requireClean(disk, situation);
    }
    int seenByReaders = index(contents(disk), oldest, newest, situation + ", as readers see it");
    MemoryBlockDevice repaired = judge.repaired(disk, situation);
    assertThat(index(contents(repaired), oldest, newest, situation + ", by e2fsck"))
        .isEqualTo(seenByReaders);
    MemoryBlockDevice recovered = disk.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(recovered, OpenOptions.readWrite())) {
      fs.sync();
    }
    judge.requireClean(recovered, situation + ", recovered by ext4j");
    assertThat(index(contents(recovered), oldest, newest, situation + ", recovered"))
        .isEqualTo(seenByReaders);
  }

  private static int index(List<byte[]> found, int oldest, int newest, String situation) {
    for (int i = oldest; i <= newest; i++) {
      if (Arrays.deepEquals(found.toArray(), MODELS.get(i).toArray())) {
        return i;
      }
    }
    throw new AssertionError(
        situation
            + ": not as after "
            + oldest
            + (newest > oldest ? " or " + newest : "")
            + " of the holes");
  }

  @Test
  void fullDiskUnderTheImage_punchFailsAndNothingIsLost() throws IOException {
    FaultyDevice counting = new FaultyDevice(image.copy());
    assertThat(attempt(counting).done).isEqualTo(HOLES.length);
    int asBefore = 0;
    for (long call = 1; call <= counting.calls(Operation.WRITE); call++) {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device =
          new FaultyDevice(disk).failFrom(Operation.WRITE, call, dev.ext4j.blockdev.Errno.ENOSPC);
      Attempt attempt = attempt(device);
      String situation = "no space from write " + call + " on";
      IOException failure = attempt.punching != null ? attempt.punching : attempt.closing;
      assertThat(failure).as(situation).hasMessageContaining("space");
      Set<Outcome> seen = EnumSet.noneOf(Outcome.class);
      requireTrue(attempt, disk, seen, situation);
      asBefore += seen.contains(Outcome.AS_BEFORE) ? 1 : 0;
    }
    assertThat(asBefore).isPositive();
  }

  @Test
  void afterAFailedCommit_furtherWritesAreRefusedAndReadingGoesOn() throws IOException {
    long writes;
    FaultyDevice counting = new FaultyDevice(image.copy());
    try (Ext4FileSystem fs = Ext4FileSystem.open(counting, OpenOptions.readWrite())) {
      punch(fs, 0);
      writes = counting.calls(Operation.WRITE);
    }
    for (long call = 1; call <= writes; call++) {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device =
          new FaultyDevice(disk).failOnce(Operation.WRITE, call, dev.ext4j.blockdev.Errno.EIO);
      String situation = "write " + call;
      Outcome outcome;
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
        CommitFailedException failure = failureOfAPunch(fs);
        outcome = failure.outcome();
        assertThatThrownBy(() -> punch(fs, 1))
            .as(situation)
            .isInstanceOfSatisfying(
                FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
        int seen = outcome == Outcome.IN_JOURNAL ? 1 : 0;
        assertThat(read(fs, FILES.get(0))).as(situation).isEqualTo(MODELS.get(seen).get(0));
      }
      requireTrue(
          new Attempt(0, new CommitFailedException(outcome, cause()), null),
          disk,
          EnumSet.noneOf(Outcome.class),
          situation);
    }
  }

  private static CommitFailedException failureOfAPunch(Ext4FileSystem fs) throws IOException {
    try {
      punch(fs, 0);
    } catch (CommitFailedException e) {
      return e;
    }
    throw new AssertionError("the punch should have failed");
  }

  private static DeviceException cause() {
    return new DeviceException("disk", "write", 0, 5, "it failed");
  }

  private static void punch(Ext4FileSystem fs, int i) throws IOException {
    fs.file(address(FILES.get(i))).punch(HOLES[i][0], HOLES[i][1], ProgressListener.NONE);
  }

  private static List<byte[]> contents(MemoryBlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk.reopened(), OpenOptions.readOnly())) {
      List<byte[]> contents = new ArrayList<>();
      for (String file : FILES) {
        contents.add(read(fs, file));
      }
      return contents;
    }
  }

  private static byte[] read(Ext4FileSystem fs, String path) throws IOException {
    Ext4File file = fs.file(address(path));
    ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
    while (bytes.hasRemaining()) {
      file.read(bytes.position(), bytes);
    }
    return bytes.array();
  }

  private static FileAddress address(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }
}
