package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.FilePopulator;
import dev.ext4j.testimages.FileSnapshot;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.ImageSnapshot;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.KernelRefusal;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import dev.ext4j.testimages.ReferenceRun;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of operations of all kinds on files of every shape, done by the kernel through a loop mount
 * and by ext4j on a copy. Sizes, contents, holes and unwritten ranges must be equal. ext4j must
 * refuse what the kernel refuses, with the same error.
 *
 * <p>The space of the content must be equal, too. The number of tree nodes may differ, because it
 * depends on the extents that came and went. The kernel delays allocation ({@link TreeShapeTest})
 * and places blocks differently.
 */
class RangesAgainstKernelTest {
  private static final int OPERATIONS = 24;
  private static final long SETTLED_SEED = 1;

  private static final List<ImageRecipe> KINDS =
      Stream.concat(
              ImageKinds.RANGE_OPERATIONS.stream(),
              Stream.of(
                  ImageKinds.BIGALLOC_64K,
                  ImageKinds.SMALL_GROUPS,
                  ImageKinds.GDT_CSUM,
                  ImageKinds.NO_JOURNAL))
          .toList();

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.inTurn(KINDS.indexOf(kind)).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void operations_leaveWhatTheKernelLeaves(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      List<String> files;
      try (KernelMount mount = KernelMount.readWrite(base)) {
        FilePopulator populator = new FilePopulator(mount, seed);
        files = new ArrayList<>(populator.makeEach());
        files.addAll(populator.makeAny(4));
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
              List.of(RangeOperation.Kind.values()),
              OPERATIONS,
              seed);
      Path ours = Scratch.copySparse(base, judge.file("ours.img"));
      for (RangeOperation operation : kernel.done()) {
        apply(ours, operation);
        E2fsck.Verdict verdict = E2fsck.check(ours);
        assertThat(verdict.clean()).as("after %s: %s", operation, verdict).isTrue();
      }
      ImageSnapshot expected = ImageSnapshot.of(kernel.image(), files);
      ImageSnapshot found = ImageSnapshot.of(ours, files);
      assertThat(found.differences(expected)).as("after %s", kernel.done()).isEmpty();
      for (String file : files) {
        FileSnapshot same = expected.file(file);
        assertThat(found.file(file).runs())
            .as("%s after %s", file, kernel.done())
            .isEqualTo(same.runs());
        assertThat(contentSectors(ours, found.file(file), file, kind))
            .as("space of the content of %s after %s", file, kernel.done())
            .isEqualTo(contentSectors(kernel.image(), same, file, kind));
      }
      for (RangeOperation operation : kernel.refused()) {
        requireSameRefusal(judge, kernel.image(), operation);
      }
    }
  }

  /**
   * Returns {@code i_blocks} without the nodes of an extent tree. A block map counts with its
   * indirect blocks.
   */
  private static long contentSectors(
      Path image, FileSnapshot snapshot, String file, ImageRecipe kind) throws IOException {
    boolean inline = snapshot.allocated().equals(List.of("inline"));
    return snapshot.sectors()
        - (kind.hasExtents() && !inline ? TreeShapeTest.nodeSectors(image, file, kind) : 0);
  }

  /**
   * Fails unless ext4j refuses the operation with the error of the kernel. The kernel is asked
   * again on the final image; if it allows the operation there, nothing is checked.
   */
  private static void requireSameRefusal(Judge judge, Path image, RangeOperation operation)
      throws IOException {
    Path theirs = Scratch.copySparse(image, judge.file("refusing.img"));
    String errno;
    try (KernelMount mount = KernelMount.readWrite(theirs)) {
      operation.applyTo(mount);
      return;
    } catch (KernelRefusal refusal) {
      errno = refusal.errno();
    }
    Path ours = Scratch.copySparse(image, judge.file("refused.img"));
    Ext4Exception refused = catchThrowableOfType(Ext4Exception.class, () -> apply(ours, operation));
    assertThat(refused).as("%s, %s in the kernel", operation, errno).isNotNull();
    assertThat(refused.errno().name()).as("%s: %s", operation, refused).isEqualTo(errno);
    if (!errno.equals("ENOSPC")) { // before ENOSPC, ext4j may commit to make freed space available
      assertThat(Files.mismatch(image, ours)).as("%s changed the image", operation).isEqualTo(-1);
    }
  }

  private static void apply(Path image, RangeOperation operation) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      FileRanges.apply(fs, operation);
    }
  }
}
