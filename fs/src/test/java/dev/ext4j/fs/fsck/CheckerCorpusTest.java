package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests on the damaged images of the tests of e2fsprogs, if a copy of them is available. The system
 * property {@code ext4j.corpus} names the folder. The checker must agree with e2fsck on which
 * images are clean, and must report each kind of problem that e2fsck reports.
 */
@Tag("oracle")
class CheckerCorpusTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("ext4j.corpus", "../../shared/corpus/images"));

  private static final long NOW = 1L << 33; // later than any time in an image
  private static final String SUFFIX = ".img.gz";

  /** The images for which e2fsck reports more, and the reason why that is the same damage. */
  private static final Map<String, String> EXPLAINED =
      Map.ofEntries(
          Map.entry("f_badtable", "it makes new tables, and compares with those"),
          Map.entry("f_invalid_bad_inode", "it counts blocks of bad blocks twice"),
          Map.entry("f_ind_inode_collision", "shared with metadata is BLOCK_IS_METADATA here"),
          Map.entry("f_illibitmap", "it compares with a bitmap that is nowhere"),
          Map.entry("f_preen", "it works with descriptors of a backup, whose counts are old"),
          Map.entry("f_bitmaps", "it counts directories by the bitmap that is wrong"),
          Map.entry("f_clear_xattr", "a type of 0 is what it expects of bad inodes"),
          Map.entry("f_idata_and_extents", "likewise"),
          Map.entry("f_uninit_restart_fsck", "likewise"),
          Map.entry("f_write_ea_no_extra_isize", "content that is nowhere is not looked at"),
          Map.entry("f_write_ea_toosmall_extra_isize", "likewise"),
          Map.entry("f_uninit_set_inode_not_set", "it goes through inodes that never were used"));

  /** The verdict of the checker. The report is null if the image was refused. */
  private record Ours(@Nullable FsckReport report, String text) {}

  @Test
  void everyImage_isCleanOrNotAsE2fsckSays_forTheSameReasons() throws IOException {
    Oracles.requireE2fsprogs();
    Oracles.requireCorpus(FOLDER);
    List<String> wrong = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int count = 0;
    try (Scratch scratch = Scratch.open();
        Stream<Path> images = Files.list(FOLDER)) {
      for (Path packed : images.filter(p -> p.toString().endsWith(SUFFIX)).sorted().toList()) {
        String name = packed.getFileName().toString().replace(SUFFIX, "");
        Path image = unpack(packed, scratch.file("image"));
        Path log = FOLDER.resolve(name + ".journal.gz");
        Path journal = Files.exists(log) ? unpack(log, scratch.file("journal")) : null;
        ToolResult theirs = byE2fsck(image, journal);
        Ours ours = byExt4j(image, journal);
        if (ours.text().equals("clean") != (theirs.exitCode() == 0)) {
          wrong.add(name + ": e2fsck " + theirs.exitCode() + ", ext4j " + ours.text());
        }
        FsckReport report = ours.report();
        if (report != null && !report.isCutShort() && !EXPLAINED.containsKey(name)) {
          E2fsckMessages.missingIn(report, theirs.stdout())
              .forEach(line -> missing.add(name + ": " + line + ", ext4j " + ours.text()));
        }
        count++;
      }
    }
    assertThat(wrong).as("of %d images", count).isEmpty();
    assertThat(missing).as("of %d images", count).isEmpty();
    assertThat(count).isPositive();
  }

  private static ToolResult byE2fsck(Path image, @Nullable Path log) throws IOException {
    ExternalTool e2fsck = ExternalTool.named("e2fsck");
    return log == null
        ? e2fsck.run("-fn", image.toString())
        : e2fsck.run("-fn", "-j", log.toString(), image.toString());
  }

  private static Ours byExt4j(Path image, @Nullable Path log) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
        BlockDevice journal =
            log == null ? null : PosixBlockDevice.open(log.toString(), AccessMode.READ_ONLY)) {
      FsckOptions options = FsckOptions.at(NOW).withJournal(journal);
      FsckReport report = new Checker(device, options, ProgressListener.NONE).run();
      FsckReport inFile = new Checker(device, options.withBudget(0), ProgressListener.NONE).run();
      assertThat(inFile.problems()).as("with tables in a file").isEqualTo(report.problems());
      return new Ours(report, report.isClean() ? "clean" : report.counts().toString());
    } catch (Ext4Exception e) {
      return new Ours(null, String.valueOf(e.getMessage()));
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
