package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of punch, batch and demo on the sample image. */
class ChangingCommandsTest {
  private static final String FILE = "/data.bin";

  @TempDir Path folder;
  private String image = "";

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void punch_range_saysNothingAndReadsAsZeros() {
    assertThat(ProgramRun.of("punch", image, FILE, "300000", "1500000"))
        .isEqualTo(new ProgramRun(ExitStatus.OK, "", ""));
    String content = ProgramRun.of("cat", image, FILE).out();
    assertThat(content).hasSize(3_670_016);
    assertThat(content.substring(300_000, 1_800_000).chars()).allMatch(c -> c == 0);
    assertThat(content.charAt(299_999)).isNotEqualTo('\0');
    assertThat(content.charAt(1_800_000)).isNotEqualTo('\0');
  }

  @Test
  void punch_spellings_meanTheSame() {
    assertThat(ProgramRun.of("punch", "-v", image, FILE, "4K..12K").out())
        .isEqualTo("/data.bin: bytes 4096 to 12288 punched, 8192 bytes freed\n");
    assertThat(ProgramRun.of("punch", "-v", image + ":" + FILE, "4b", "2b").out())
        .isEqualTo("/data.bin: bytes 16384 to 24576 punched, 8192 bytes freed\n");
    assertThat(ProgramRun.of("punch", "--json", image, "13", "0x8000", "8s").out())
        .endsWith("\"dry_run\":false,\"offset\":32768,\"length\":4096,\"freed_bytes\":4096}\n");
  }

  @Test
  void punch_dryRun_tellsAndChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(image));
    ProgramRun run = ProgramRun.of("punch", "-n", image, FILE, "300000", "1500000");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.out())
        .startsWith(
            "/data.bin: bytes 300000 to 1800000 would be punched, 970752 bytes (237 blocks) be"
                + " freed\n")
        .contains("          74         1877          182\n")
        .contains("would become zeros: bytes 300000 to 303104\n")
        .contains("blocks that would change:\n");
    assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
  }

  @Test
  void batch_script_runsLineByLine() {
    String script = "# two holes\npunch /data.bin 0 4K\n\n  punch '/data.bin' 8K..12K # more\n";
    assertThat(ProgramRun.withInput(script, "batch", image, "-f", "-"))
        .isEqualTo(new ProgramRun(ExitStatus.OK, "", ""));
    assertThat(ProgramRun.of("map", image, FILE).out())
        .contains("   0:        1..       1:       1804..      1804:      1:")
        .contains("   1:        3..     255:       1806..      2058:    253:");
  }

  @Test
  void batch_failure_namesTheLineAndKeepsWhatCameBefore() {
    String script = "punch /data.bin 0 4K\n\npunch /none 0 4K\npunch /data.bin 8K 4K\n";
    ProgramRun run = ProgramRun.withInput(script, "batch", image);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("ext4j: " + image + ": line 3: /none: ")
        .contains(" (ENOENT)\n")
        .endsWith("ext4j: line 3 ended the script; in the image is the 1 command before it\n");
    assertThat(ProgramRun.of("map", image, FILE).out())
        .contains("   0:        1..     255:       1804..      2058:    255:");
  }

  @Test
  void batchAtomic_failure_changesNothingAtAll() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(image));
    for (String last : new String[] {"punch /none 0 4K", "nonsense", "punch /data.bin x 1"}) {
      String script = "punch /data.bin 0 4K\npunch /data.bin 8K 4K\n" + last + "\n";
      ProgramRun run = ProgramRun.withInput(script, "batch", "--atomic", image);
      assertThat(run.status()).as(last).isNotEqualTo(ExitStatus.OK);
      assertThat(run.err())
          .as(last)
          .contains(": line 3: ")
          .endsWith("ext4j: line 3 ended the script; in the image nothing has changed\n");
      assertThat(Files.readAllBytes(Path.of(image))).as(last).isEqualTo(before);
    }
  }

  @Test
  void batchAtomic_script_doesAllLines() {
    String script = "punch /data.bin 0 4K\npunch /data.bin 8K 4K\n";
    assertThat(ProgramRun.withInput(script, "batch", "--atomic", "--discard", image))
        .isEqualTo(new ProgramRun(ExitStatus.OK, "", ""));
    assertThat(ProgramRun.of("map", image, FILE).out())
        .contains("   0:        1..       1:       1804..      1804:      1:")
        .contains("   1:        3..     255:       1806..      2058:    253:");
  }

  @Test
  void batchAtomic_withoutJournal_isRefusedByName() throws IOException {
    Oracles.requireE2fsprogs();
    String plain = Mke2fs.create(ImageKinds.NO_JOURNAL, folder).toString();
    ProgramRun run = ProgramRun.withInput("punch /f 0 4K\n", "batch", "--atomic", plain);
    assertThat(run.status()).isEqualTo(ExitStatus.UNSUPPORTED);
    assertThat(run.err()).contains("journal");
  }

  @Test
  void batch_wrongLine_isAUsageError() {
    for (String line :
        new String[] {"chmod /f", "punch", "punch /f 1", "punch /f x 1", "punch 'f"}) {
      ProgramRun run = ProgramRun.withInput(line, "batch", image);
      assertThat(run.status()).as(line).isEqualTo(ExitStatus.USAGE);
      assertThat(run.err()).as(line).contains(": line 1: ").contains("nothing has changed");
    }
  }

  @Test
  void batch_missingScript_failsByName() {
    ProgramRun run = ProgramRun.of("batch", image, "-f", folder.resolve("none").toString());
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("none: ");
  }

  @Test
  void demo_sample_provesItselfRight() {
    ProgramRun run = ProgramRun.of("demo");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("$ ext4j map sample.img /data.bin")
        .contains("ok      every byte outside the hole is unchanged")
        .contains("ok      every byte inside the hole reads as zero")
        .doesNotContain("WRONG");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }
}
