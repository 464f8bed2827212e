package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test that every failure has its exit status, a message with the error and the place, and no
 * other output.
 */
class FailuresTest {
  @TempDir static Path folder;
  private static String image = "";

  @BeforeAll
  static void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void missingFile_isNamedWithItsErrno() {
    ProgramRun run = ProgramRun.of("cat", image, "/dir/none");
    assertThat(run).isEqualTo(new ProgramRun(ExitStatus.FAILED, "", run.err()));
    assertThat(run.err())
        .startsWith("ext4j: " + image + ": /dir/none: ")
        .endsWith(" (ENOENT)\n")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat IMG /dir|EISDIR",
        "cat IMG /hello.txt/x|ENOTDIR",
        "cat IMG 17|ELOOP",
        "punch IMG /data.bin 0 0|EINVAL",
        "punch IMG /data.bin 5..5|EINVAL",
        "stat IMG /none|ENOENT"
      })
  void operation_theKernelWouldRefuse_failsWithItsErrno(String lineAndErrno) {
    String[] parts = lineAndErrno.split("\\|", -1);
    ProgramRun run = ProgramRun.of(parts[0].replace("IMG", image).split(" ", -1));
    assertThat(run.err()).endsWith(" (" + parts[1] + ")\n");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "--nonsense",
        "info",
        "info IMG more",
        "info --jsn IMG",
        "info --offset x IMG",
        "info --offset 1b IMG",
        "info -b 1 -B 3K IMG",
        "info -B 4K IMG",
        "info IMG?offset=1 --offset 2",
        "stat IMG",
        "stat IMG relative/path",
        "stat IMG <0>",
        "ls IMG / more",
        "map IMG /data.bin -b 0",
        "map IMG /data.bin -b x",
        "punch IMG /data.bin",
        "punch IMG /data.bin 5",
        "punch IMG /data.bin -5 5",
        "punch IMG /data.bin 5 -5",
        "punch IMG /data.bin 5 5x",
        "punch IMG /data.bin 6..5",
        "punch IMG /data.bin 0 99999999999999999999",
        "punch --progress=maybe IMG /data.bin 0 1",
        "help nonsense",
        "batch"
      })
  void wrongCommandLine_isAUsageError(String line) {
    ProgramRun run = ProgramRun.of(line.replace("IMG", image).split(" ", -1));
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("ext4j: ");
  }

  @Test
  void noCommand_showsTheHelpAsAnError() {
    ProgramRun run = ProgramRun.of();
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("punch");
  }

  @Test
  void typo_getsASuggestion() {
    assertThat(ProgramRun.of("punsh").err()).contains("did you mean punch");
    assertThat(ProgramRun.of("stat", "--jsn", image, "/").err()).contains("did you mean --json?");
  }

  @Test
  void noImage_failsByName() {
    ProgramRun run = ProgramRun.of("info", folder.resolve("none.img").toString());
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("none.img").endsWith(" (ENOENT)\n");
  }

  @Test
  void noFileSystem_isCorrupt() throws IOException {
    for (int size : new int[] {0, 100, 1024, 2048, 1 << 20}) {
      Path empty = Files.write(folder.resolve("empty.img"), new byte[size]);
      ProgramRun run = ProgramRun.of("info", empty.toString());
      assertThat(run.status()).as("%d bytes", size).isEqualTo(ExitStatus.CORRUPT);
      assertThat(run.err()).as("%d bytes", size).endsWith(" (EUCLEAN)\n");
    }
  }

  @Test
  void dirtyJournal_isReadWithAWarningAndReplayedByWriters() throws IOException {
    String dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("dirty.img")).toString();
    byte[] before = Files.readAllBytes(Path.of(dirty));
    ProgramRun reading = ProgramRun.of("info", dirty);
    assertThat(reading.status()).isEqualTo(ExitStatus.OK);
    assertThat(reading.err()).startsWith("ext4j: " + dirty + ": warning: ");
    ProgramRun asJson = ProgramRun.of("info", "--json", dirty);
    assertThat(asJson.err()).isEmpty();
    assertThat(asJson.out()).contains("\"warnings\":[\"the journal needs recovery");
    assertThat(Files.readAllBytes(Path.of(dirty))).as("after reading").isEqualTo(before);
    ProgramRun writing = ProgramRun.of("punch", dirty, "/no such file", "0", "4K");
    assertThat(writing.err()).contains("the journal was replayed: ");
    assertThat(writing.status()).as("of the failed punch").isEqualTo(ExitStatus.FAILED);
    assertThat(ProgramRun.of("info", dirty).err()).as("once replayed").isEmpty();
  }

  @Test
  void journalReplay_tellsWhatItDidAndThenThatThereIsNothingToDo() throws IOException {
    String dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("replay.img")).toString();
    ProgramRun replay = ProgramRun.of("journal", "replay", "--json", dirty);
    assertThat(replay.status()).isEqualTo(ExitStatus.OK);
    assertThat(replay.out())
        .contains("\"schema\":\"ext4j.journal-replay/1\"", "\"replayed\":true")
        .doesNotContain("\"transactions\":0");
    ProgramRun again = ProgramRun.of("journal", "replay", dirty);
    assertThat(again.status()).isEqualTo(ExitStatus.OK);
    assertThat(again.out()).isEqualTo("the journal needs no recovery\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "-h", "--version", "-V", "help", "help punch", "map --help", "ls -V"})
  void helpAndVersion_areResults(String line) {
    ProgramRun run = ProgramRun.of(line.split(" ", -1));
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.out()).isNotEmpty();
    assertThat(run.err()).isEmpty();
  }
}
