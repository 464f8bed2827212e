package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The damaged images that e2fsprogs tests itself with, where a copy of them is at hand: the system
 * property {@code ext4j.corpus} names the folder. Clean and not clean must be what e2fsck says.
 */
@Tag("oracle")
class CheckerCorpusTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("ext4j.corpus", "../../shared/corpus/images"));

  private static final long NOW = 1L << 33; // later than any time in an image
  private static final String SUFFIX = ".img.gz";

  @Test
  void everyImage_isCleanOrNotAsE2fsckSays() throws IOException {
    Oracles.requireE2fsprogs();
    assumeTrue(
        Files.isDirectory(FOLDER), "no " + FOLDER + " here: -Dext4j.corpus=FOLDER tells where");
    List<String> wrong = new ArrayList<>();
    int count = 0;
    try (Scratch scratch = Scratch.open();
        Stream<Path> images = Files.list(FOLDER)) {
      for (Path packed : images.filter(p -> p.toString().endsWith(SUFFIX)).sorted().toList()) {
        String name = packed.getFileName().toString().replace(SUFFIX, "");
        Path image = unpack(packed, scratch.file("image"));
        Path log = FOLDER.resolve(name + ".journal.gz");
        Path journal = Files.exists(log) ? unpack(log, scratch.file("journal")) : null;
        boolean theirs = isCleanByE2fsck(image, journal);
        String ours = byExt4j(image, journal);
        if (ours.equals("clean") != theirs) {
          wrong.add(name + ": e2fsck " + (theirs ? "clean" : "not clean") + ", ext4j " + ours);
        }
        count++;
      }
    }
    assertThat(wrong).as("of %d images", count).isEmpty();
    assertThat(count).isPositive();
  }

  private static boolean isCleanByE2fsck(Path image, @org.jspecify.annotations.Nullable Path log)
      throws IOException {
    if (log == null) {
      return E2fsck.check(image).clean();
    }
    return ExternalTool.named("e2fsck")
            .run("-fn", "-j", log.toString(), image.toString())
            .exitCode()
        == 0;
  }

  private static String byExt4j(Path image, @org.jspecify.annotations.Nullable Path log)
      throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
        BlockDevice journal =
            log == null ? null : PosixBlockDevice.open(log.toString(), AccessMode.READ_ONLY)) {
      FsckOptions options = FsckOptions.at(NOW).withJournal(journal);
      FsckReport report = new Checker(device, options, ProgressListener.NONE).run();
      FsckReport inFile = new Checker(device, options.withBudget(0), ProgressListener.NONE).run();
      assertThat(inFile.problems()).as("with tables in a file").isEqualTo(report.problems());
      return report.isClean() ? "clean" : report.counts().toString();
    } catch (Ext4Exception e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Path unpack(Path packed, Path target) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed));
        OutputStream out = Files.newOutputStream(target)) {
      in.transferTo(out);
    }
    return target;
  }
}
