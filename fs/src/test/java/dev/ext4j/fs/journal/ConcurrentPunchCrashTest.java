package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of several threads that punch holes into their own files, in one file system with a small
 * log and small transactions. Checkpoints, waits for room and restarts come in every order.
 *
 * <p>After a power failure at any instant, each file is as after some number of its holes. Those
 * that had returned are among them, and the next one may be done in part. The file system needs no
 * repair.
 */
@Tag("oracle")
class ConcurrentPunchCrashTest {
  private static final int BLOCK = 1024;
  private static final int THREADS = 4;
  private static final int HOLES = 200;
  private static final int CRASHES = 12;
  private static final int FILE_BLOCKS = 399;
  private static final int SMALL_TRANSACTION = 48;

  private static Judge judge;
  private static MemoryBlockDevice image;
  private static long logSuperblock;

  /** A hole, with the numbers of events recorded when it was begun and when it had returned. */
  private record Hole(long byteOffset, long byteCount, int begun, int returned) {}

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    Path path =
        judge.make(
            ImageRecipe.of("crowd", "ext4", BLOCK, 8 << 20)
                .withFeatures("^resize_inode")
                .withWords("-J", "size=1", "-N", "48"));
    DebugfsFiles files = new DebugfsFiles(judge, path);
    for (int i = 0; i < THREADS; i++) {
      files.everySecondBlock("f" + i, BLOCK, (FILE_BLOCKS + 1) / 2);
    }
    image = Judge.load(path);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      fs.file(FileAddress.inode(8))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                logSuperblock = physical * BLOCK;
                return false;
              });
    }
    judge.requireClean(image, "the image to start with");
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static LongStream seeds() {
    return Seeds.of(2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void crashAmongThreads_everyFileIsAsAfterSomeOfItsHoles(long seed) throws Exception {
    RecordingDevice recording = RecordingDevice.sharing(image);
    SmallTransactions small = new SmallTransactions(recording, SMALL_TRANSACTION);
    List<List<Hole>> holes = new ArrayList<>();
    try (Threads threads = new Threads()) {
      List<Threads.Job> jobs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        List<Hole> own = new ArrayList<>();
        holes.add(own);
        Random random = new Random(seed * THREADS + i);
        String file = "/f" + i;
        jobs.add(threads.start(() -> punchMany(small, file, recording, random, own)));
      }
      for (Threads.Job job : jobs) {
        job.join();
      }
    }
    assertThat(writesOf(recording, logSuperblock)).as("checkpoints").isGreaterThan(1);
    small.finish();
    int end = recording.eventCount();
    requireStates(MemoryBlockDevice.copyOf(recording.imageAfter(end)), holes, end, "at the end");
    Random random = new Random(seed);
    for (int i = 0; i < CRASHES; i++) {
      int events = 1 + random.nextInt(end);
      boolean tear = i % 2 == 0;
      MemoryBlockDevice crashed =
          MemoryBlockDevice.copyOf(
              tear
                  ? recording.crashAfter(events, random, Tearing.SECTORS)
                  : recording.imageAfter(events));
      String situation = "seed " + seed + ", crash " + i + " after event " + events + " of " + end;
      MemoryBlockDevice theirs = judge.repaired(crashed, situation);
      requireStates(theirs, holes, events, situation + ", by e2fsck");
      try (Ext4FileSystem fs = Ext4FileSystem.open(crashed, OpenOptions.readWrite())) {
        fs.sync();
      }
      requireStates(crashed, holes, events, situation);
    }
  }

  private static long writesOf(RecordingDevice recording, long byteOffset) {
    return recording.events().stream()
        .filter(e -> e instanceof DeviceEvent.Write write && write.byteOffset() == byteOffset)
        .count();
  }

  private static void punchMany(
      SmallTransactions small,
      String file,
      RecordingDevice recording,
      Random random,
      List<Hole> own)
      throws IOException {
    for (int i = 0; i < HOLES; i++) {
      long byteOffset = random.nextInt(FILE_BLOCKS * BLOCK);
      long most = i % 50 == 49 ? 300L * BLOCK : 3L * BLOCK;
      long byteCount = 1 + random.nextLong(most);
      int begun = recording.eventCount();
      new PunchHole(small.file(file), small.volume(), byteOffset, byteCount, ProgressListener.NONE)
          .punch();
      own.add(new Hole(byteOffset, byteCount, begun, recording.eventCount()));
    }
  }

  private static void requireStates(
      MemoryBlockDevice disk, List<List<Hole>> holes, int events, String situation)
      throws IOException {
    judge.requireClean(disk, situation);
    for (int i = 0; i < THREADS; i++) {
      String file = "/f" + i;
      requireState(
          read(image, file), read(disk, file), holes.get(i), events, situation + ": " + file);
    }
  }

  private static void requireState(
      byte[] start, byte[] found, List<Hole> holes, int events, String situation) {
    byte[] model = start;
    for (int done = 0; done <= holes.size(); done++) {
      boolean enough = done == holes.size() || holes.get(done).returned > events;
      if (enough && Arrays.equals(model, found)) {
        return;
      }
      if (done == holes.size() || holes.get(done).begun > events) {
        break;
      }
      Hole next = holes.get(done);
      if (enough && isPartOf(next, model, found)) {
        return;
      }
      model = punched(model, next);
    }
    throw new AssertionError(situation + ": is not as after any number of holes that it may be");
  }

  private static boolean isPartOf(Hole hole, byte[] before, byte[] found) {
    for (int i = 0; i < before.length; i++) {
      boolean inside = i >= hole.byteOffset && i < hole.byteOffset + hole.byteCount;
      if (found[i] != before[i] && !(inside && found[i] == 0)) {
        return false;
      }
    }
    return found.length == before.length;
  }

  private static byte[] punched(byte[] before, Hole hole) {
    byte[] after = before.clone();
    int from = (int) Math.min(after.length, hole.byteOffset);
    int to = (int) Math.min(after.length, hole.byteOffset + hole.byteCount);
    Arrays.fill(after, from, to, (byte) 0);
    return after;
  }

  private static byte[] read(MemoryBlockDevice disk, String name) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      Ext4File file = fs.file(FileAddress.path(name.getBytes(StandardCharsets.UTF_8)));
      ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
      while (bytes.hasRemaining()) {
        file.read(bytes.position(), bytes);
      }
      return bytes.array();
    }
  }
}
