package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.FilePopulator;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.ImageSnapshot;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import dev.ext4j.testimages.ReferenceRun;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of punches on files of every shape, done by the kernel through a loop mount and by ext4j on
 * a copy. The files must look the same to a user, and {@code e2fsck} must find no problem after
 * each single punch.
 */
class PunchAgainstKernelTest {
  private static final Instant NOW = Instant.parse("2040-02-29T12:34:56.123456789Z");
  private static final int PUNCHES = 14;
  private static final long SETTLED_SEED = 1;

  /** The kinds in which a punch works differently. Other kinds differ only in reading. */
  private static final List<ImageRecipe> KINDS =
      Stream.concat(
              ImageKinds.RANGE_OPERATIONS.stream(),
              Stream.of(
                  ImageKinds.BIGALLOC_64K,
                  ImageKinds.SMALL_GROUPS,
                  ImageKinds.EXT2_1K,
                  ImageKinds.EXT3_4K,
                  ImageKinds.GDT_CSUM,
                  ImageKinds.CSUM_SEED,
                  ImageKinds.NO_JOURNAL,
                  ImageKinds.INODE_128))
          .toList();

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.inTurn(KINDS.indexOf(kind)).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void punches_leaveWhatTheKernelLeaves(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      List<String> files;
      try (KernelMount mount = KernelMount.readWrite(base)) {
        files = new ArrayList<>(new FilePopulator(mount, seed).makeEach());
        files.addAll(new FilePopulator(mount, seed + 1).makeAny(4));
      }
      if (kind.asksFor("inline_data") && seed != SETTLED_SEED) {
        // Inline content is compared with this one seed only, and by InlinePunchTest.
        ReferenceRun.settleInlineData(base, files);
      }
      ReferenceRun kernel =
          ReferenceRun.random(
              kind,
              base,
              judge.file("kernel.img"),
              files,
              List.of(RangeOperation.Kind.PUNCH),
              PUNCHES,
              seed);
      assertThat(kernel.refused()).isEmpty();
      requireSame(judge, base, kernel, files);
    }
  }

  /**
   * Checks punches with blocks of 64 KiB. Most kernels cannot mount these, so only e2fsck judges.
   */
  @Test
  void blocksOf64KiB_fileIsSoundAndHoleReadsAsZeros() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = judge.make(ImageKinds.B64K.withFeatures("^has_journal"));
      long block = 65536;
      new DebugfsFiles(judge, image).everySecondBlock("f", 65536, 60);
      new DebugfsFiles(judge, image).dense("g", 40 * block + 5);
      MemoryBlockDevice start = Judge.load(image);
      for (String file : List.of("f", "g")) {
        FileContent before = FileContent.of(start, "/" + file);
        for (long[] hole :
            List.of(
                new long[] {0, 1},
                new long[] {5 * block + 7, 9 * block},
                new long[] {39L * block, 500L * block},
                new long[] {0, 1L << 40})) {
          punch(image, RangeOperation.punch(file, hole[0], hole[1]));
          E2fsck.Verdict verdict = E2fsck.check(image);
          assertThat(verdict.clean()).as(verdict.toString()).isTrue();
          FileContent after = FileContent.of(Judge.load(image), "/" + file);
          after.requireZero(hole[0], hole[0] + hole[1], file);
          after.requireSameBut(before, hole[0], hole[0] + hole[1], file);
          before = after;
        }
      }
    }
  }

  /** Checks punches in a tree of depth 3 with 30,000 extents, whose leaves are not quite full. */
  @Test
  void treeOfThirtyThousandExtents_isCutAsTheKernelCutsIt() throws IOException {
    requireSame(
        ImageKinds.B1K.sized(96 << 20),
        mount -> mount.file("f").writeEvery(2, 30_000, noise(1024)),
        List.of("f"),
        List.of(
            RangeOperation.punch("f", 1024 * 1001, 1024 * 3),
            RangeOperation.punch("f", 10, 1),
            RangeOperation.punch("f", 1024L * 20_000, 1024L * 12_345),
            RangeOperation.punch("f", 1024L * 171, 1024L * 170),
            RangeOperation.punch("f", 1024L * 40_000, 1L << 30),
            RangeOperation.punch("f", 0, 1L << 30)));
  }

  @Test
  void endOfTheFile_isTreatedAsTheKernelTreatsIt() throws IOException {
    for (ImageRecipe kind : List.of(ImageKinds.B4K, ImageKinds.B1K, ImageKinds.EXT3_1K)) {
      List<RangeOperation> operations = new ArrayList<>();
      long size = 10_000;
      for (int i = 0; i < 9; i++) {
        long at = new long[] {9_999, 9_000, 8_192, 4_096, 5_000, 10_000, 12_288, 0, 9_216}[i];
        for (long end : new long[] {size, size + 1, 12_288, 1 << 20}) {
          if (at < end) {
            operations.add(RangeOperation.punch("f" + i, at, end - at));
          }
        }
      }
      requireSame(
          kind,
          mount -> {
            for (int i = 0; i < 9; i++) {
              mount.file("f" + i).write(0, noise((int) size));
              if (!kind.equals(ImageKinds.EXT3_1K)) {
                mount.file("f" + i).allocateKeepingSize(0, 40_960);
              }
            }
          },
          Stream.iterate(0, i -> i + 1).limit(9).map(i -> "f" + i).toList(),
          operations);
    }
  }

  @Test
  void fileOf16TiB_isPunchedAtItsVeryEnd() throws IOException {
    long last = 0xFFFFFFFFL * 4096;
    requireSame(
        ImageKinds.B4K,
        mount -> {
          mount.file("f").write(0, noise(8192));
          mount.file("f").write(1L << 43, noise(20_000));
          mount.file("f").write(last - 40_000, noise(40_000));
        },
        List.of("f"),
        List.of(
            RangeOperation.punch("f", last - 1, 1),
            RangeOperation.punch("f", last - 30_000, 10_000),
            RangeOperation.punch("f", 1L << 42, 1L << 43),
            RangeOperation.punch("f", last - 4096, 4096),
            RangeOperation.punch("f", 5_000, last - 5_000)));
  }

  @Test
  void unwrittenExtents_areSplitAndRemovedAsTheKernelDoes() throws IOException {
    requireSame(
        ImageKinds.B4K,
        mount -> {
          mount.file("f").allocate(0, 400 << 12);
          for (int i = 0; i < 400; i += 3) {
            mount.file("f").write(i * 4096L, noise(100));
          }
          mount.file("g").truncate(0);
          mount.file("g").allocateKeepingSize(0, 8 << 20);
          mount.file("g").truncate(5 << 20);
        },
        List.of("f", "g"),
        List.of(
            RangeOperation.punch("f", 4096, 1),
            RangeOperation.punch("f", 4096, 4096),
            RangeOperation.punch("f", 100 * 4096 + 50, 77 * 4096),
            RangeOperation.punch("f", 300 * 4096 - 1, 2),
            RangeOperation.punch("g", (1 << 20) + 1, 1 << 20),
            RangeOperation.punch("g", 4 << 20, 64 << 20)));
  }

  /** A way to fill a mounted image. */
  @FunctionalInterface
  private interface Filling {
    void fill(KernelMount mount) throws IOException;
  }

  private static byte[] noise(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static void requireSame(
      ImageRecipe kind, Filling filling, List<String> files, List<RangeOperation> operations)
      throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        filling.fill(mount);
      }
      Path reference = Scratch.copySparse(base, judge.file("kernel.img"));
      try (KernelMount mount = KernelMount.readWrite(reference)) {
        for (RangeOperation operation : operations) {
          operation.applyTo(mount);
        }
      }
      requireSame(judge, base, new ReferenceRun(reference, operations, List.of()), files);
    }
  }

  private static void requireSame(Judge judge, Path base, ReferenceRun kernel, List<String> files)
      throws IOException {
    Path ours = Scratch.copySparse(base, judge.file("ours.img"));
    for (RangeOperation operation : kernel.done()) {
      punch(ours, operation);
      E2fsck.Verdict verdict = E2fsck.check(ours);
      assertThat(verdict.clean()).as("after %s: %s", operation, verdict).isTrue();
    }
    ImageSnapshot expected = ImageSnapshot.of(kernel.image(), files);
    ImageSnapshot found = ImageSnapshot.of(ours, files);
    assertThat(found.differences(expected)).as("after %s", kernel.done()).isEmpty();
    // Trees have the same shape as the kernel's here, so that i_blocks must be equal, too.
    assertThat(found.shapeDifferences(expected)).as("after %s", kernel.done()).isEmpty();
  }

  private static void punch(Path image, RangeOperation operation) throws IOException {
    OpenOptions options =
        OpenOptions.builder().writable(true).clock(Clock.fixed(NOW, ZoneOffset.UTC)).build();
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, options)) {
      String path = "/" + operation.file();
      Ext4File file = fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
      FileStat before = file.stat();
      file.punch(operation.byteOffset(), operation.byteCount(), ProgressListener.NONE);
      FileStat after = file.stat();
      boolean nanoseconds = before.times().creation().isPresent();
      Instant expected =
          nanoseconds ? NOW : NOW.minusSeconds(1L << 32).truncatedTo(ChronoUnit.SECONDS);
      assertThat(after.times().modification()).as("mtime").isEqualTo(expected);
      assertThat(after.times().change()).as("ctime").isEqualTo(expected);
      assertThat(after.times().access()).as("atime").isEqualTo(before.times().access());
      assertThat(after.times().creation()).as("crtime").isEqualTo(before.times().creation());
      assertThat(after.size()).as("size").isEqualTo(before.size());
    }
  }
}
