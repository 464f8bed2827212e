package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditCommandsTest {
  private static final String FILE = "/data.bin";
  private static final int SIZE = 3_670_016;

  @TempDir Path folder;
  private String image = "";

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  private String content() {
    return ProgramRun.of("cat", image, FILE).out();
  }

  @Test
  void write_hostFile_replacesBytesAndSaysNothing() throws IOException {
    Path host = Files.writeString(folder.resolve("host"), "hello");
    String before = content();
    assertThat(ProgramRun.of("write", image, FILE, "5000", host.toString()))
        .isEqualTo(new ProgramRun(ExitStatus.OK, "", ""));
    assertThat(content()).isEqualTo(before.substring(0, 5000) + "hello" + before.substring(5005));
  }

  @Test
  void write_standardInputBehindTheEnd_growsTheFile() {
    for (String[] words :
        new String[][] {
          {"write", image, FILE, "4000000"}, {"write", image + ":" + FILE, "4000003", "-"}
        }) {
      assertThat(ProgramRun.withInput("abc", words).status()).isEqualTo(ExitStatus.OK);
    }
    assertThat(content()).hasSize(4_000_006).endsWith("\0abcabc");
  }

  @Test
  void write_moreThanABuffer_arrivesWhole() throws IOException {
    byte[] bytes = new byte[9_000_001];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + i % 23);
    }
    Path host = Files.write(folder.resolve("host"), bytes);
    ProgramRun run = ProgramRun.of("write", "--json", image, FILE, "100", host.toString());
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
    assertThat(run.out()).contains("\"schema\":\"ext4j.write/1\"").contains("\"size\":9000101");
    assertThat(content().substring(100)).isEqualTo(new String(bytes, StandardCharsets.US_ASCII));
  }

  @Test
  void write_missingHostFile_failsByNameAndChangesNothing() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(image));
    ProgramRun run = ProgramRun.of("write", image, FILE, "0", folder.resolve("none").toString());
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("none: ");
    assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
  }

  @Test
  void write_nothing_isDoneButChecked() {
    assertThat(ProgramRun.withInput("", "write", image, FILE, "0").status())
        .isEqualTo(ExitStatus.OK);
    assertThat(ProgramRun.withInput("", "write", image, "/", "0"))
        .satisfies(run -> assertThat(run.err()).contains("EISDIR"))
        .satisfies(run -> assertThat(run.status()).isEqualTo(ExitStatus.FAILED));
    assertThat(content()).hasSize(SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "truncate, 100, '', 100",
    "truncate, 4M, '', 4194304",
    "fallocate, 4M, 1b, 4198400",
    "fallocate -n, 4M, 1b, 3670016",
    "zero, 1000, 10000, 3670016",
    "zero, 3M, 2M, 5242880",
    "zero --keep-size, 3M, 2M, 3670016",
    "collapse, 4K, 8K, 3661824",
    "insert, 4K, 8K, 3678208",
  })
  void edit_sizes_areTheKernels(String command, String first, String second, long size) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add(image);
    words.add(FILE);
    words.add(first);
    if (!second.isEmpty()) {
      words.add(second);
    }
    words.add("-v");
    ProgramRun run = ProgramRun.of(words.toArray(new String[0]));
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("/data.bin: size 3670016 -> " + size + ", allocated bytes ");
    assertThat(content()).hasSize((int) size);
  }

  @ParameterizedTest
  @CsvSource({
    "collapse, 1, 4096, EINVAL",
    "collapse, 0, 4M, EINVAL",
    "insert, 0, 100, EINVAL",
    "insert, 4M, 4096, EINVAL",
    "insert, 0, 16T, EFBIG",
    "zero, 0, 0, EINVAL",
    "fallocate, 16T, 4K, EFBIG",
  })
  void edit_badRange_isRefusedAndChangesNothing(
      String command, String offset, String length, String errno) throws IOException {
    byte[] before = Files.readAllBytes(Path.of(image));
    ProgramRun run = ProgramRun.of(command, image, FILE, offset, length);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("(" + errno + ")");
    assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
  }

  @Test
  void batch_allEdits_areLinesOfScripts() throws IOException {
    Path host = Files.writeString(folder.resolve("host"), "hello");
    String script =
        "insert /data.bin 0 8K\n"
            + "write /data.bin 3 "
            + host
            + "\ncollapse /data.bin 4K 4K\n"
            + "zero --keep-size /data.bin 4100 10\n"
            + "fallocate /data.bin 4M 4K -n\n"
            + "truncate /data.bin 5000\n"
            + "punch /data.bin 4097 1\n";
    for (String[] words :
        new String[][] {{"batch", image}, {"batch", "--atomic", image, "-f", "-"}}) {
      unpack();
      ProgramRun run = ProgramRun.withInput(script, words);
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isEqualTo(ExitStatus.OK);
      assertThat(content()).hasSize(5000).startsWith("\0\0\0hello\0");
    }
  }

  @Test
  void batch_writeFromTheStreamOfTheScript_isAUsageError() {
    ProgramRun run = ProgramRun.withInput("write /data.bin 0 -\n", "batch", image);
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("standard input is the script");
  }
}
