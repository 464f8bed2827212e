package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of the commands that show the locking protocol: demo race, map --layers, punch --trace and
 * check-es.
 */
class ProtocolCommandsTest {
  @TempDir Path folder;
  private String image = "";

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void demoRace_showsTheHarmAndThatItIsPrevented() {
    String shown = succeed("demo", "race");
    List<String> acts = List.of(shown.split("\n\\d\\. ", -1));
    assertThat(acts).hasSize(4);
    assertThat(acts.get(1))
        .contains("  0..0 written at ", "reads as X: foreign content.")
        .contains("rm.semDropped", "wb.leafLoaded");
    assertThat(acts.get(2)).contains("0..0 written at ", "  0..59 hole\n", "reads as zeros.");
    assertThat(acts.get(3)).contains("      nothing\n", "  0..59 hole\n", "reads as zeros.");
    assertThat(shown.lines().allMatch(line -> line.length() <= 110)).isTrue();
    assertThat(succeed("demo", "race")).as("the same each time").isEqualTo(shown);
  }

  @Test
  void demoRace_json_saysWhatWasFound() throws IOException {
    String document = succeed("demo", "race", "--json");
    requireDocument(document);
    assertThat(document)
        .startsWith("{\"schema\":\"ext4j.demo.race/1\"")
        .contains("\"found\":\"foreign\"", "\"found\":\"zeros\"")
        .contains("\"as_expected\":true");
  }

  private static void requireDocument(String document) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      while (parser.nextToken() != null) {
        // reads to the end, or throws
      }
    }
    assertThat(document).endsWith("}\n");
  }

  @Test
  void demo_ofSomethingElse_isAUsageError() {
    assertThat(ProgramRun.of("demo", "chase").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ProgramRun.of("demo", "--json").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void mapLayers_showsDiskAndStatusSideBySide() throws IOException {
    assertThat(succeed("map", "--layers", "disk,es", image, "/data.bin").lines())
        .hasSize(8)
        .contains(
            "         0..       255       256  written         1803  written         1803",
            "       256..       383       128  hole               -  hole               -",
            "       768..       959       192  unwritten       2571  unwritten       2571")
        .noneMatch(line -> line.contains("differs"));
    String document = succeed("map", "--layers", "disk,es", "--json", image, "/data.bin");
    requireDocument(document);
    assertThat(document)
        .contains(
            "{\"logical\":0,\"length\":1048576,\"disk\":{\"state\":\"written\","
                + "\"physical\":7385088},\"es\":{\"state\":\"written\",\"physical\":7385088}}");
  }

  @Test
  void punchTrace_tellsWhatHappensInItsOrder() throws IOException {
    String shown = succeed("punch", "--trace=es,locks,journal", image, "/data.bin", "0", "1M");
    assertThat(shown.lines().map(line -> line.replaceFirst("^ +\\d+  ", "")).toList())
        .containsSubsequence(
            "locks    take     inode lock, exclusive (inode 13)",
            "locks    take     invalidate lock, exclusive (inode 13)",
            "locks    take     handle lock, exclusive",
            "locks    take     extent tree lock, exclusive (inode 13)",
            "es       remove   0 to 255 (inode 13)",
            "es       insert   0..255 hole (inode 13)",
            "locks    release  extent tree lock, exclusive (inode 13)",
            "locks    release  handle lock, exclusive",
            "locks    release  invalidate lock, exclusive (inode 13)",
            "locks    release  inode lock, exclusive (inode 13)");
    assertThat(shown).containsPattern("journal  commit   \\d+ blocks\n").doesNotContain("steps");
    String document = succeed("punch", "--trace=all", "--json", image, "/data.bin", "1M", "1M");
    requireDocument(document);
    assertThat(document).contains("\"kind\":\"steps\",\"event\":\"op.esFinal\"", "\"freed_bytes\"");
    assertThat(ProgramRun.of("punch", "--trace=es,all,x", image, "12", "0", "1").status())
        .isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void checkEs_ofASoundImage_findsNothing() throws IOException {
    assertThat(succeed("check-es", image))
        .isEqualTo("10 files, 14 entries in memory, 0 contradictions\n");
    assertThat(succeed("check-es", image, "/data.bin")).startsWith("1 file, 7 entries");
    requireDocument(succeed("check-es", "--json", image));
  }

  @Test
  void checkEs_ofWrongCounts_saysSo() throws IOException {
    String info = succeed("stat", image, "/data.bin");
    assertThat(info).contains("Blocks: ");
    try (RandomAccessFile file = new RandomAccessFile(image, "rw")) {
      // In the block bitmap of the only group, all blocks after the first 8 * 64 are marked as
      // free.
      long bitmap = bitmapBlock(file) * 4096L;
      file.seek(bitmap + 64);
      file.write(new byte[4096 - 64]);
    }
    ProgramRun run = ProgramRun.of("check-es", image, "/data.bin");
    assertThat(run.status()).isEqualTo(ExitStatus.CORRUPT);
    assertThat(run.out()).contains("/data.bin: I7: ");
  }

  private static long bitmapBlock(RandomAccessFile file) throws IOException {
    file.seek(4096); // the first group descriptor begins with the number of its block bitmap
    return Integer.toUnsignedLong(Integer.reverseBytes(file.readInt()));
  }

  @Test
  void checkEs_inAScript_checksWhatIsInMemory() {
    String script =
        """
        punch /data.bin 5000 100000
        check-es /data.bin
        insert /data.bin 8192 4096
        check-es /data.bin
        """;
    ProgramRun run = ProgramRun.withInput(script, "batch", image);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void helpInAScript_changesNothing() {
    for (String line :
        List.of("punch --help /data.bin 0 100K", "punch -V /data.bin 0 1K", "check-es -h")) {
      String before = succeed("map", image, "/data.bin");
      ProgramRun run = ProgramRun.withInput(line + "\n", "batch", image);
      assertThat(run.status()).as(line).isEqualTo(ExitStatus.USAGE);
      assertThat(succeed("map", image, "/data.bin")).isEqualTo(before);
    }
  }

  @Test
  void whatCannotBeShownTogether_isRefused() {
    assertThat(ProgramRun.of("punch", "-n", "--trace=es", image, "/data.bin", "0", "1K").status())
        .isEqualTo(ExitStatus.USAGE);
    assertThat(ProgramRun.of("map", "--tree", "--layers", "disk,es", image, "/data.bin").status())
        .isEqualTo(ExitStatus.USAGE);
    assertThat(ProgramRun.withInput("check-es /\n", "batch", image).status())
        .isEqualTo(ExitStatus.USAGE);
    ProgramRun missing = ProgramRun.of("check-es", "--json", image, "/nope");
    assertThat(missing.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(missing.out())
        .as("only a document of the error")
        .startsWith("{\"schema\":\"ext4j.error/1\"")
        .hasLineCount(1);
  }

  private static String succeed(String... args) {
    ProgramRun run = ProgramRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    return run.out();
  }
}
