package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of two files that exchange ranges: content, trees, counters, and the state after a crash.
 */
class ExchangeRangeTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final int BLOCKS = 400;
  private static final int STEPS = 60;

  private static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    Path path =
        judge().make(ImageRecipe.of("exchange", "ext4", BLOCK, 12 << 20).withWords("-J", "size=2"));
    DebugfsFiles files = new DebugfsFiles(judge(), path);
    files.everySecondBlock("a", BLOCK, BLOCKS / 2 + 1);
    files.dense("b", BLOCKS * BLOCK + 100);
    files.empty("empty");
    image = Judge.load(path);
  }

  static LongStream seeds() {
    return Seeds.of(2);
  }

  private static Ext4File file(Ext4FileSystem fs, String name) throws IOException {
    return fs.file(FileAddress.path(name.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] read(Ext4File file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) file.stat().size());
    while (content.hasRemaining() && file.read(content.position(), content) > 0) {}
    return content.array();
  }

  private static void exchange(byte[] one, int at, byte[] other, int otherAt, int count) {
    byte[] mine = Arrays.copyOfRange(one, at, at + count);
    System.arraycopy(other, otherAt, one, at, count);
    System.arraycopy(mine, 0, other, otherAt, count);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyRanges_exchangeTheirContent(long seed) throws IOException {
    Random random = new Random(seed);
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File a = file(fs, "/a");
      Ext4File b = file(fs, "/b");
      byte[] modelA = read(a);
      byte[] modelB = read(b);
      for (int step = 0; step < STEPS; step++) {
        int at = random.nextInt(BLOCKS - 1) * BLOCK;
        int other = random.nextInt(BLOCKS - 1) * BLOCK;
        int most = BLOCKS - Math.max(at, other) / BLOCK;
        int count = (1 + random.nextInt(most)) * BLOCK;
        switch (random.nextInt(4)) {
          case 0 -> {
            byte[] bytes = new byte[1 + random.nextInt(3 * BLOCK)];
            random.nextBytes(bytes);
            int from = Math.min(at, modelA.length - bytes.length);
            a.write(from, ByteBuffer.wrap(bytes)); // dirty pages
            System.arraycopy(bytes, 0, modelA, from, bytes.length);
          }
          case 1 -> {
            b.zero(other, count, Size.KEEP, ProgressListener.NONE); // unwritten blocks
            Arrays.fill(modelB, other, other + count, (byte) 0);
          }
          default -> {
            a.exchange(at, b, other, count, ProgressListener.NONE);
            exchange(modelA, at, modelB, other, count);
          }
        }
        assertThat(read(a)).as("step %d, a", step).isEqualTo(modelA);
        assertThat(read(b)).as("step %d, b", step).isEqualTo(modelB);
        assertThat(a.inspect().verify()).as("step %d, a", step).isEmpty();
        assertThat(b.inspect().verify()).as("step %d, b", step).isEmpty();
      }
    }
    judge().requireClean(disk, "after exchanges, seed " + seed);
  }

  @Test
  void crashAtAnyWrite_bothAreAsBeforeOrAsAfter() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(image);
    byte[] beforeA;
    byte[] beforeB;
    int begun;
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      beforeA = read(file(fs, "/a"));
      beforeB = read(file(fs, "/b"));
      begun = recording.eventCount();
      file(fs, "/a").exchange(3 * BLOCK, file(fs, "/b"), 10 * BLOCK, 300 * BLOCK, (d, t) -> {});
    }
    byte[] afterA = beforeA.clone();
    byte[] afterB = beforeB.clone();
    exchange(afterA, 3 * BLOCK, afterB, 10 * BLOCK, 300 * BLOCK);
    Random random = new Random(1);
    boolean sawOld = false;
    boolean sawNew = false;
    for (int events = begun; events <= recording.eventCount(); events++) {
      MemoryBlockDevice crashed =
          MemoryBlockDevice.copyOf(recording.crashAfter(events, random, Tearing.SECTORS));
      try (Ext4FileSystem fs = Ext4FileSystem.open(crashed, OpenOptions.readWrite())) {
        byte[] a = read(file(fs, "/a"));
        byte[] b = read(file(fs, "/b"));
        boolean old = Arrays.equals(a, beforeA) && Arrays.equals(b, beforeB);
        boolean made = Arrays.equals(a, afterA) && Arrays.equals(b, afterB);
        assertThat(old || made).as("after event %d", events).isTrue();
        sawOld |= old;
        sawNew |= made;
      }
      judge().requireClean(crashed, "crash after event " + events);
    }
    assertThat(sawOld && sawNew).isTrue();
  }

  @Test
  void whatCannotBeExchanged_isRefused() throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File a = file(fs, "/a");
      Ext4File b = file(fs, "/b");
      Ext4File empty = file(fs, "/empty");
      ProgressListener none = ProgressListener.NONE;
      assertThatThrownBy(() -> a.exchange(0, a, 0, BLOCK, none)).hasMessageContaining("itself");
      assertThatThrownBy(() -> a.exchange(1, b, 0, BLOCK, none)).hasMessageContaining("whole");
      assertThatThrownBy(() -> a.exchange(0, b, 0, 100, none)).hasMessageContaining("whole");
      assertThatThrownBy(() -> a.exchange(0, empty, 0, BLOCK, none)).hasMessageContaining("end");
      assertThatThrownBy(() -> a.exchange(0, b, BLOCKS * BLOCK, BLOCK, none))
          .hasMessageContaining("end");
      assertThatThrownBy(() -> a.exchange(0, file(fs, "/"), 0, BLOCK, none))
          .hasMessageContaining("directory");
      assertThatThrownBy(() -> a.exchange(-BLOCK, b, 0, BLOCK, none))
          .hasMessageContaining("negative");
      assertThatThrownBy(() -> a.exchange(BLOCK, b, 0, -BLOCK, none))
          .hasMessageContaining("negative");
    }
    judge().requireClean(disk, "after refusals");
  }

  @Test
  void withoutAJournal_isRefused() throws IOException {
    Path path =
        judge()
            .make(
                ImageRecipe.of("exchange-in-place", "ext4", BLOCK, 8 << 20)
                    .withFeatures("^has_journal"));
    DebugfsFiles files = new DebugfsFiles(judge(), path);
    files.dense("a", 10 * BLOCK);
    files.dense("b", 10 * BLOCK);
    MemoryBlockDevice disk = Judge.load(path);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File a = file(fs, "/a");
      Ext4File b = file(fs, "/b");
      assertThatThrownBy(() -> a.exchange(0, b, 0, BLOCK, ProgressListener.NONE))
          .hasMessageContaining("journal");
    }
    judge().requireClean(disk, "after a refusal");
  }
}
