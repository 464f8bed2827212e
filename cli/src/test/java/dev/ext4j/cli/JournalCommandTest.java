package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test of journal info and journal log with journals that are clean, dirty, damaged or missing.
 */
class JournalCommandTest {
  private static final byte[] SUPERBLOCK = {(byte) 0xC0, 0x3B, 0x39, (byte) 0x98, 0, 0, 0, 4};

  @TempDir static Path folder;
  private static String clean = "";
  private static String dirty = "";
  private static byte[] dirtyBytes = {};

  @BeforeAll
  static void unpack() throws IOException {
    clean = GoldenImage.SAMPLE.unpackTo(folder.resolve("clean.img")).toString();
    dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("dirty.img")).toString();
    dirtyBytes = Files.readAllBytes(Path.of(dirty));
  }

  @Test
  void info_cleanJournal_isEmpty() {
    assertThat(ProgramRun.of("journal", "info", clean).err()).isEmpty();
    assertThat(succeed("journal", "info", clean))
        .startsWith("Journal:            inode 8\nNeeds recovery:     no\n")
        .contains("Block size:         4096\n", "Start:              empty\n")
        .contains("To replay:          transactions 0, blocks 0, revokes 0, fast commits 0")
        .endsWith("Damage:             none found\n");
  }

  @Test
  void info_dirtyJournal_tellsWhatAReplayWouldDo() {
    assertThat(succeed("journal", "info", dirty))
        .contains("Needs recovery:     yes\n", "Damage:             none found\n")
        .containsPattern("Start: +block \\d+\n")
        .containsPattern("To replay: +transactions [1-9]\\d*, blocks [1-9]\\d*, revokes ");
  }

  @Test
  void log_cleanJournal_isEmpty() {
    assertThat(succeed("journal", "log", clean)).isEqualTo("end: the log is empty\n");
  }

  @Test
  void log_dirtyJournal_isItsTransactionsAndWhyItEnds() throws IOException {
    assertThat(succeed("journal", "log", dirty))
        .startsWith("transaction ")
        .contains("  superblock\n", "  inode table of group 0, inodes ", "  block bitmap of group")
        .containsPattern("\nend: [^\n]+ \\(transaction \\d+ expected at log block \\d+\\)\n$");
    assertThat(Files.readAllBytes(Path.of(dirty))).as("the image").isEqualTo(dirtyBytes);
  }

  @Test
  void log_oneInode_isOnlyWhatConcernsIt() {
    String all = succeed("journal", "log", dirty);
    String one = succeed("journal", "log", "--inode", "2", dirty);
    assertThat(one).contains("inode table of group 0, inodes 1..", ": drwxr-xr-x, size ");
    assertThat(one).contains("directory of inode 2, block 0");
    assertThat(one).doesNotContain("superblock").hasSizeLessThan(all.length());
    assertThat(succeed("journal", "log", "--inode=/", dirty)).isEqualTo(one);
    assertThat(succeed("journal", "log", dirty, "--inode=<2>")).isEqualTo(one);
  }

  @Test
  void log_inodeThatCannotBe_fails() {
    ProgramRun run = ProgramRun.of("journal", "log", "--inode", "4000000", dirty);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).endsWith(" (ENOENT)\n");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info --json CLEAN",
        "info --json DIRTY",
        "log --json CLEAN",
        "log --json DIRTY",
        "log --json --inode 2 DIRTY"
      })
  void json_everyAnswer_isOneDocumentWithASchema(String line) throws IOException {
    String document = succeed(("journal " + words(line)).split(" ", -1));
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      parser.nextToken();
      assertThat(parser.nextFieldName()).isEqualTo("schema");
      assertThat(parser.nextTextValue()).matches("ext4j\\.journal-(info|log)/1");
      while (parser.nextToken() != null) {
        // reads to the end, or throws
      }
    }
    assertThat(document).endsWith("}\n");
  }

  @Test
  void json_ofALog_hasBytesBesideBlocks() {
    assertThat(succeed("journal", "log", "--json", dirty))
        .contains("\"what\":\"inode_table\",\"group\":0,\"first_ino\":1,")
        .containsPattern("\\{\"log_block\":2,\"log_bytes\":8192,\"block\":\\d+,\"bytes\":\\d+,")
        .containsPattern("\"end\":\\{\"reason\":\"[a-z_]+\",\"sequence\":\\d+,")
        .endsWith("\"log_bytes\":0,\"damaged\":false}}\n");
  }

  @Test
  void noJournal_isAnAnswer() throws IOException {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      String image = Mke2fs.create(ImageKinds.NO_JOURNAL, scratch.folder()).toString();
      assertThat(succeed("journal", "info", image)).isEqualTo("no journal\n");
      assertThat(succeed("journal", "log", image)).isEqualTo("no journal\n");
      assertThat(succeed("journal", "info", "--json", image)).contains("\"location\":\"none\"");
      assertThat(succeed("journal", "log", "--json", image)).contains("\"transactions\":[]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "log", "info --json", "log --json"})
  void damagedSuperblockOfTheJournal_isCorrupt(String words) throws IOException {
    byte[] image = dirtyBytes.clone();
    image[find(image, SUPERBLOCK) + 0x1D] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.img"), image);
    ProgramRun run = ProgramRun.of(("journal " + words + " " + damaged).split(" ", -1));
    assertThat(run.status()).isEqualTo(ExitStatus.CORRUPT);
    assertThat(run.err()).contains("journal").endsWith(" (EUCLEAN)\n");
    if (run.out().endsWith("}\n")) {
      assertThat(run.out())
          .as("a document of the error")
          .startsWith("{\"schema\":\"ext4j.error/1\"");
    }
  }

  @Test
  void damagedTransaction_isToldInBothAnswers() throws IOException {
    byte[] image = dirtyBytes.clone();
    int log = find(image, SUPERBLOCK);
    int start = ByteBuffer.wrap(image).getInt(log + 0x1C);
    image[log + start * 4096 + 100] ^= 1; // in the first descriptor block
    String damaged = Files.write(folder.resolve("torn.img"), image).toString();
    assertThat(succeed("journal", "info", damaged))
        .contains("transactions 0", "Damage:             the log ends at a damaged transaction\n");
    assertThat(succeed("journal", "log", damaged))
        .startsWith("end: the transaction that follows is damaged (transaction ");
  }

  @Tag("oracle")
  @Test
  void fastCommits_areToldRecordByRecord() throws IOException {
    Oracles.requireMount(ImageKinds.FAST_COMMIT);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(ImageKinds.FAST_COMMIT, scratch.folder());
      Path crashed = scratch.file("crashed.img");
      try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
        mount.file("file").write(0, new byte[100_000]);
        mount.sync();
        mount.file("new").write(0, new byte[5000]);
        mount.file("new").fsync();
        mount.file("file").truncate(5000);
        mount.file("file").fsync();
        mount.copyAsItLies(crashed);
      }
      assertThat(succeed("journal", "info", crashed.toString()))
          .contains("fast_commit\n", "Fast commits in:    blocks ")
          .containsPattern("fast commits [1-9]\\d* \\(records [1-9]");
      assertThat(succeed("journal", "log", crashed.toString()))
          .contains("fast commit 1\n", " is created as \"new\" in directory 2\n")
          .contains(": blocks 0..1 are mapped to ", ": blocks 2..2147483648 are freed\n")
          .contains(", size 5000, links 1, sectors 16, modified ")
          .containsPattern("\nend of fast commits: no record follows \\(log block \\d+\\)\n$");
      assertThat(succeed("journal", "log", "--json", crashed.toString()))
          .contains("\"kind\":\"create\"", "\"name\":\"new\"", "\"kind\":\"delete_range\"");
      assertThat(succeed("journal", "log", "--inode=/file", crashed.toString()))
          .contains(" are freed\n")
          .doesNotContain("\"new\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "info",
        "CLEAN",
        "show CLEAN",
        "replay --inode 2 CLEAN",
        "info CLEAN more",
        "info --inode 2 CLEAN",
        "log --inode x CLEAN",
        "log --inode CLEAN"
      })
  void wrongCommandLine_isAUsageError(String line) {
    ProgramRun run = ProgramRun.of(("journal " + words(line)).strip().split(" ", -1));
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("ext4j: ");
  }

  @Test
  void unknownAction_isNamedWithThoseThatAre() {
    assertThat(ProgramRun.of("journal", "show", clean).err())
        .contains("'show' is not one of info|log");
  }

  private static String words(String line) {
    return line.replace("CLEAN", clean).replace("DIRTY", dirty);
  }

  private static int find(byte[] image, byte[] start) {
    for (int at = 0; at < image.length; at += 1024) {
      if (ByteBuffer.wrap(image, at, start.length).equals(ByteBuffer.wrap(start))) {
        return at;
      }
    }
    throw new AssertionError("no journal in the image");
  }

  private static String succeed(String... args) {
    ProgramRun run = ProgramRun.of(args);
    assertThat(run.err().lines()).allMatch(line -> line.contains(": warning: "));
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    return run.out();
  }
}
