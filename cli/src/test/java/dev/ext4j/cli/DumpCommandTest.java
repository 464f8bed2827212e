package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of {@code dump} and {@code info -v} on the sample image. */
class DumpCommandTest {
  private static final int BLOCK_SIZE = 4096;

  @TempDir static Path folder;
  private static String image = "";

  @BeforeAll
  static void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void inode_byNumber_isItsFieldsWithTheNamesOfTheKernel() {
    assertThat(succeed("dump", image, "<12>"))
        .startsWith("Block 35 at byte 2816: inode (inode 12)\next4_inode, inode 12, at byte 2816\n")
        .contains("  0x000  i_mode                     0x81a4               regular file, 0644\n")
        .contains("  0x004  i_size_lo                  0x00000026           38 bytes\n")
        .contains("  0x020  i_flags                    0x00080000           EXTENTS\n")
        .contains("2021-03-04T05:06:07.123456789Z\n")
        .contains("ext4_extent_header, at byte 2856\n")
        .contains("ext4_extent, extent 0, at byte 2868\n")
        .contains("1291 is the first physical block\n")
        .doesNotContain("problem");
  }

  @Test
  void inode_byPath_isThatOfTheNumber() {
    String byNumber = succeed("dump", image, "12");
    assertThat(succeed("dump", image, "/hello.txt")).isEqualTo(byNumber);
    assertThat(succeed("dump", image + ":/hello.txt")).isEqualTo(byNumber);
    assertThat(succeed("dump", image, "ino:12")).isEqualTo(byNumber);
    assertThat(succeed("dump", image, "/dir/link-to-hello"))
        .as("the link itself")
        .contains("target \"../hello.txt\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "block:0, Block 0: superblock (superblock)",
    "superblock, Block 0 at byte 1024: superblock (superblock)",
    "block:1, Block 1: group descriptors (descriptors of groups 0..0)",
    "group:0, Block 1: group descriptor (descriptor of group 0)",
    "block:3, Block 3: block bitmap (block bitmap of group 0)",
    "block:19, Block 19: inode bitmap (inode bitmap of group 0)",
    "block:2411, Block 2411: extent node (tree node of inode 13)",
    "block:1803, 'Block 1803: content (content of inode 13, block 0)'",
    "block:4095, 'Block 4095: unknown (no owner was found, free in the block bitmap)'"
  })
  void what_itIs_isTheFirstLine(String what, String heading) {
    assertThat(succeed("dump", image, what).lines().findFirst().orElseThrow()).isEqualTo(heading);
  }

  @Test
  void content_isInHexadecimalAndAscii_withRepeatedLinesFolded() {
    assertThat(succeed("dump", image, "block:1291"))
        .isEqualTo(
            """
            Block 1291: content (content of inode 12, block 0)
            00000000  48 65 6c 6c 6f 20 66 72  6f 6d 20 74 68 65 20 73  |Hello from the s|
            00000010  61 6d 70 6c 65 20 69 6d  61 67 65 20 6f 66 20 65  |ample image of e|
            00000020  78 74 34 6a 2e 0a 00 00  00 00 00 00 00 00 00 00  |xt4j............|
            00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            *
            00001000
            """);
  }

  @Test
  void raw_ofAStructure_isInHexadecimal() {
    assertThat(succeed("dump", "--raw", image, "superblock"))
        .startsWith("Block 0 at byte 1024: superblock (superblock)\n00000400  00 10 00 00 ")
        .endsWith("\n00000800\n");
    assertThat(succeed("dump", "--raw", image, "block:2411"))
        .startsWith("Block 2411: extent node (tree node of inode 13)\n00000000  0a f3 ");
  }

  @Test
  void damagedBlock_isShownWithItsProblem_andStaysAsItIs() throws IOException {
    Path damaged = Files.copy(Path.of(image), folder.resolve("damaged.img"));
    try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
      file.seek(2411L * BLOCK_SIZE + 3); // the upper byte of eh_entries
      file.write(0x7F);
      file.seek(35L * BLOCK_SIZE + 11 * 256); // i_mode of inode 12
      file.write(0xFF);
    }
    byte[] before = Files.readAllBytes(damaged);
    assertThat(succeed("dump", damaged.toString(), "block:2411"))
        .startsWith("Block 2411: extent node (tree node of inode 13)\n")
        .contains("  problem: the header is not that of a node\n")
        .contains("  problem: the checksum does not match\n");
    assertThat(succeed("dump", damaged.toString(), "<12>"))
        .contains("  0x000  i_mode                     0x81ff ")
        .contains("  problem: the checksum does not match\n");
    assertThat(succeed("dump", "--json", damaged.toString(), "<12>"))
        .contains("\"problems\":[\"the checksum does not match\"]");
    assertThat(Arrays.equals(Files.readAllBytes(damaged), before)).isTrue();
  }

  @Test
  void dump_ofADirtyImage_showsTheStateAfterTheReplay() throws IOException {
    Path dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("dirty.img"));
    byte[] before = Files.readAllBytes(dirty);
    ProgramRun root = ProgramRun.of("dump", dirty.toString(), "/");
    assertThat(root.status()).isEqualTo(ExitStatus.OK);
    assertThat(root.out()).contains("i_mode").doesNotContain("problem");
    assertThat(Arrays.equals(Files.readAllBytes(dirty), before)).isTrue();
  }

  @Test
  void name_withControlCharacters_isEscaped() throws IOException {
    Path renamed = folder.resolve("renamed.img");
    byte[] bytes = Files.readAllBytes(Path.of(image));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("readme.txt", 2442 * BLOCK_SIZE); // the block of /dir
    assertThat(at).isPositive();
    bytes[at] = 0x1B;
    Files.write(renamed, bytes);
    String shown = succeed("dump", renamed.toString(), "block:" + at / BLOCK_SIZE);
    assertThat(shown).doesNotContain("\u001B").contains("\"\\033eadme.txt\"");
  }

  @ParameterizedTest
  @CsvSource({
    "block:4096, the last one is 4095",
    "group:1, the last one is 0",
    "5000, the last one is 4096"
  })
  void number_outside_isAFailure(String what, String message) {
    ProgramRun run = ProgramRun.of("dump", image, what);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dump IMG",
        "dump IMG block:",
        "dump IMG block:-1",
        "dump IMG block:1K",
        "dump IMG group:x",
        "dump IMG blocks",
        "dump IMG / more",
        "dump --htree IMG superblock",
        "dump --htree --raw IMG /"
      })
  void wrongArguments_areUsage(String line) {
    ProgramRun run = ProgramRun.of(line.replace("IMG", image).split(" ", -1));
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void htree_ofADirectoryWithoutOne_isAFailure() {
    ProgramRun run = ProgramRun.of("dump", "--htree", image, "/");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("has no hash tree");
  }

  @Test
  void infoVerbose_isTheSuperblockTheJournalAndTheGroups() {
    assertThat(succeed("info", "-v", image))
        .startsWith(succeed("info", image))
        .contains("Reserved for:       user 0, group 0\n")
        .contains("Mount options:      user_xattr acl\n")
        .contains("Directory hash:     half_md4, bytes are signed\n")
        .contains("  metadata_csum        checksums of all metadata\n")
        .contains("Transactions in:    blocks 1..")
        .contains(
            """
            Group 0: blocks 0..4095, checksum 0x3b9b, INODE_ZEROED
              superblock at 0, group descriptors at 1..1, reserved descriptors at 2..2
              block bitmap at 3, inode bitmap at 19, inode table at 35..290
              2000 free blocks, 4078 free inodes, 4 directories, 4078 unused inodes
            """);
  }

  @Test
  void infoJson_hasGroupsOnlyIfVerbose() {
    assertThat(succeed("info", "--json", image))
        .contains("\"hash_version\":\"half_md4\"")
        .doesNotContain("group_list");
    assertThat(succeed("info", "--json", "-v", image))
        .contains("\"group_list\":[\n{\"group\":0,\"first_block\":0,\"last_block\":4095,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info --json -v IMG",
        "dump --json IMG superblock",
        "dump --json IMG group:0",
        "dump --json IMG block:3",
        "dump --json IMG block:1803",
        "dump --json --raw IMG <12>",
        "dump --json IMG /dir"
      })
  void json_isOneDocumentWithASchema(String line) throws IOException {
    String document = succeed(line.replace("IMG", image).split(" ", -1));
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      parser.nextToken();
      assertThat(parser.nextFieldName()).isEqualTo("schema");
      assertThat(parser.nextTextValue()).isEqualTo("ext4j." + line.split(" ", -1)[0] + "/1");
      while (parser.nextToken() != null) {
        // reads to the end, or throws
      }
    }
    assertThat(document).endsWith("}\n");
  }

  private static String succeed(String... args) {
    ProgramRun run = ProgramRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    return run.out();
  }
}
