package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.inspect.PunchPlan;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the public API: opening, reading as pread(2) does, planning and closing. */
class Ext4FileSystemTest {
  private static final int BLOCK = 1024;
  private static final long SIZE = 20L * BLOCK + 100;

  private static Judge judge;
  private static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("api", "ext4", BLOCK, 6 << 20)
            .withFeatures("^has_journal")
            .withWords("-g", "1024", "-N", "40");
    Path path = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, path);
    files.pieces("f", SIZE, List.of(new long[] {0, 5 * BLOCK}, new long[] {12 * BLOCK, SIZE}));
    files.dense("dense", 300 * BLOCK + 9);
    files.everySecondBlock("many", BLOCK, 400);
    files.empty("full");
    image = Judge.load(path);
    try (Engine engine = Engine.open(image, 1000)) {
      for (long i = 0; i < 168; i++) {
        engine.putExtent("/full", 8 * i, 4);
      }
    }
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void read_isLikePread() throws IOException {
    FileContent content = FileContent.of(image.copy(), "/f");
    try (Ext4FileSystem fs = Ext4FileSystem.open(image.copy(), OpenOptions.readOnly())) {
      Ext4File file = file(fs, "/f");
      for (long at : new long[] {0, 1, 1023, 1024, 5 * BLOCK - 1, 7 * BLOCK, SIZE - 1}) {
        for (int count : new int[] {1, 2, 1024, 5000, 100_000}) {
          ByteBuffer target = ByteBuffer.allocate(count + 7).position(3).limit(3 + count);
          int read = file.read(at, target);
          assertThat(read).isEqualTo((int) Math.min(count, SIZE - at));
          assertThat(target.position()).isEqualTo(3 + read);
          for (int i = 0; i < read; i++) {
            assertThat(target.get(3 + i)).isEqualTo(content.at(at + i));
          }
          assertThat(target.get(0)).isZero();
        }
      }
      assertThat(file.read(SIZE, ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(file.read(Long.MAX_VALUE, ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(file.read(0, ByteBuffer.allocate(0))).isZero();
      requireErrno(Errno.EINVAL, () -> file.read(-1, ByteBuffer.allocate(1)));
      requireErrno(Errno.EISDIR, () -> file(fs, "/").read(0, ByteBuffer.allocate(1)));
      requireErrno(Errno.ENOENT, () -> file(fs, "/nothing"));
    }
  }

  @Test
  void map_withHoles_tilesTheFile() throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(image.copy(), OpenOptions.readOnly())) {
      List<String> runs = new ArrayList<>();
      file(fs, "/f")
          .inspect()
          .map(
              Holes.SHOWN,
              (logical, physical, count, state) -> runs.add(logical + "+" + count + " " + state));
      assertThat(runs).containsExactly("0+5 WRITTEN", "5+7 HOLE", "12+9 WRITTEN");
      runs.clear();
      file(fs, "/f")
          .inspect()
          .map(
              Holes.SHOWN,
              (logical, physical, count, state) -> {
                runs.add("one");
                return false;
              });
      assertThat(runs).hasSize(1);
    }
  }

  @Test
  void openForReading_writesNothing() throws IOException {
    FaultyDevice counting = new FaultyDevice(image.copy());
    try (Ext4FileSystem fs = Ext4FileSystem.open(counting, OpenOptions.readOnly())) {
      assertThat(fs.warnings()).isEmpty();
      assertThat(fs.info().blockSize()).isEqualTo(BLOCK);
      file(fs, "/dense").inspect().planPunch(0, 1 << 30);
      fs.sync();
    }
    assertThat(counting.calls(FaultyDevice.Operation.WRITE)).isZero();
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closed twice on purpose
  void openForWritingAndClose_writesNothing() throws IOException {
    FaultyDevice counting = new FaultyDevice(image.copy());
    Ext4FileSystem fs = Ext4FileSystem.open(counting, OpenOptions.readWrite());
    fs.sync();
    fs.close();
    fs.close();
    assertThat(counting.calls(FaultyDevice.Operation.WRITE)).isZero();
  }

  @Test
  void whileChanging_superblockSaysNotClean_afterCloseItIsClean() throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      file(fs, "/f").punch(0, 1, ProgressListener.NONE);
      try (Ext4FileSystem second = Ext4FileSystem.open(disk.copy(), OpenOptions.readOnly())) {
        assertThat(second.info().state()).isEqualTo("not clean");
        assertThat(second.warnings()).isNotEmpty();
      }
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      assertThat(fs.info().state()).isEqualTo("clean");
    }
    judge.requireClean(disk, "after close");
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // the device is read before the close
  void punch_isDurableWhenItReturns_andProgressNeverFalls() throws IOException {
    MemoryBlockDevice disk = image.copy();
    Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite());
    List<Long> progress = new ArrayList<>();
    file(fs, "/many").punch(0, 1 << 20, (done, total) -> progress.add(done));
    assertThat(progress).isSorted().isNotEmpty();
    FileContent.of(disk.copy(), "/many").requireZero(0, 1 << 20, "without a close");
    file(fs, "/many").punch(0, 1 << 20, ProgressListener.NONE);
    fs.close();
    judge.requireClean(disk, "punched twice");
  }

  @Test
  void threadsReadingAtOnce_seeTheSame() throws Exception {
    FileContent content = FileContent.of(image.copy(), "/many");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Ext4FileSystem fs =
        Ext4FileSystem.open(
            image.copy(),
            OpenOptions.builder()
                .memory(MemoryBounds.DEFAULT.withMetadataBytes(1 << 20))
                .build())) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int offset = i;
        results.add(pool.submit(reader(fs, content, offset)));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isPositive();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      pool.shutdown();
    }
  }

  private static Callable<Integer> reader(Ext4FileSystem fs, FileContent content, int offset) {
    return () -> {
      int count = 0;
      ByteBuffer target = ByteBuffer.allocate(3000);
      for (long at = offset; at < content.size(); at += 777) {
        target.clear();
        int read = file(fs, "/many").read(at, target);
        for (int i = 0; i < read; i++) {
          if (target.get(i) != content.at(at + i)) {
            throw new AssertionError("byte " + (at + i));
          }
        }
        count += read;
      }
      return count;
    };
  }

  /** A hole to be planned and then punched. */
  record Hole(String file, long byteOffset, long byteCount) {}

  static Stream<Hole> plans() {
    return Stream.of(
        new Hole("/f", 10, 20),
        new Hole("/f", 6 * BLOCK, BLOCK),
        new Hole("/f", SIZE + 5, 10),
        new Hole("/dense", 50 * BLOCK + 3, 100 * BLOCK),
        new Hole("/dense", 0, 1 << 30),
        new Hole("/many", 100 * BLOCK + 3, 500 * BLOCK),
        new Hole("/many", 0, 1 << 30),
        new Hole("/full", (40 * 8 + 1) * BLOCK, 2 * BLOCK));
  }

  @ParameterizedTest
  @MethodSource
  void plans(Hole hole) throws IOException {
    MemoryBlockDevice disk = image.copy();
    MemoryBlockDevice before = disk.copy();
    PunchPlan plan;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      plan = file(fs, hole.file()).inspect().planPunch(hole.byteOffset(), hole.byteCount());
    }
    assertThat(changed(disk, before)).as("blocks changed by planning").isEmpty();
    MemoryBlockDevice punched = disk.copy();
    long sectors;
    try (Ext4FileSystem fs = Ext4FileSystem.open(punched, OpenOptions.readWrite())) {
      Ext4File file = file(fs, hole.file());
      sectors = file.stat().sectors();
      file.punch(hole.byteOffset(), hole.byteCount(), ProgressListener.NONE);
      sectors -= file.stat().sectors();
    }
    Set<Long> planned = new TreeSet<>();
    plan.changedBlocks().forEach(block -> planned.add(block.physicalBlock()));
    planned.add(1L); // closing writes the superblock with a new time of writing
    Set<Long> found = changed(punched, before);
    found.add(1L);
    assertThat(found).as("changed blocks").isEqualTo(planned);
    long inPieces = plan.removed().stream().mapToLong(PunchPlan.Piece::blockCount).sum();
    assertThat(inPieces).isEqualTo(plan.removedBlocks());
    if (!hole.file().equals("/full")) { // in /full a split allocates a block
      assertThat(2 * (plan.removedBlocks() + plan.freedTreeBlocks().size())).isEqualTo(sectors);
    }
  }

  private static Set<Long> changed(MemoryBlockDevice disk, MemoryBlockDevice before)
      throws IOException {
    RawImage found = new RawImage(disk.reopened());
    RawImage wanted = new RawImage(before.reopened());
    Set<Long> changed = new TreeSet<>();
    for (long block = 0; block < disk.size() / BLOCK; block++) {
      if (!found.block(block).equals(wanted.block(block))) {
        changed.add(block);
      }
    }
    return changed;
  }

  private static void requireErrno(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Ext4Exception.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
