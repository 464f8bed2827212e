package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileStat;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.Seeds;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same punches by the kernel through a loop mount and by ext4j on a copy, on files of every
 * shape. What a user of the file sees must be equal; {@code e2fsck} must find nothing after each
 * single punch.
 */
class PunchAgainstKernelTest {
  private static final Instant NOW = Instant.parse("2040-02-29T12:34:56.123456789Z");
  private static final int PUNCHES = 14;

  /** Those that differ in how a punch works; the others only in what is read. */
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
    return KINDS.stream().flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
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
      Path ours = Scratch.copySparse(base, judge.file("ours.img"));
      for (RangeOperation operation : kernel.done()) {
        punch(ours, operation);
        E2fsck.Verdict verdict = E2fsck.check(ours);
        assertThat(verdict.clean()).as("after %s: %s", operation, verdict).isTrue();
      }
      ImageSnapshot expected = ImageSnapshot.of(kernel.image(), files);
      ImageSnapshot found = ImageSnapshot.of(ours, files);
      assertThat(found.differences(expected)).as("after %s", kernel.done()).isEmpty();
      assertThat(found.shapeDifferences(expected)).as("after %s", kernel.done()).isEmpty();
    }
  }

  private static void punch(Path image, RangeOperation operation) throws IOException {
    OpenOptions options = OpenOptions.readWrite().withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, options)) {
      String path = "/" + operation.file();
      Ext4File file = fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
      FileStat before = file.stat();
      file.punch(operation.byteOffset(), operation.byteCount(), ProgressListener.NONE);
      FileStat after = file.stat();
      boolean nanoseconds = before.creationTime().isPresent();
      Instant expected = nanoseconds ? NOW : Instant.ofEpochSecond((int) NOW.getEpochSecond());
      assertThat(after.modificationTime()).as("mtime").isEqualTo(expected);
      assertThat(after.changeTime()).as("ctime").isEqualTo(expected);
      assertThat(after.accessTime()).as("atime").isEqualTo(before.accessTime());
      assertThat(after.creationTime()).as("crtime").isEqualTo(before.creationTime());
      assertThat(after.size()).as("size").isEqualTo(before.size());
    }
  }
}
