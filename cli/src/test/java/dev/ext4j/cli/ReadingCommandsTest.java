package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test of the full output of info, ls, stat, cat and map on the sample image. */
class ReadingCommandsTest {
  @TempDir static Path folder;
  private static String image = "";

  @BeforeAll
  static void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void info_image_isItsSuperblock() {
    assertThat(succeed("info", image))
        .contains("UUID:               5ca1ab1e-0000-4000-8000-00000e0a4a00\n")
        .contains("State:              clean\n")
        .contains("Size:               16777216 bytes (16.0 MiB, 4096 blocks)\n")
        .contains("Groups:             1 of 32768 blocks, 4096 inodes\n")
        .contains("Created:            2020-09-13 12:26:40 UTC\n")
        .contains("Journal:            inode 8\n");
  }

  @Test
  void ls_directory_isItsNamesInOrder() {
    assertThat(succeed("ls", image)).isEqualTo("data.bin\ndir\nhello.txt\nlost+found\n");
    assertThat(succeed("ls", image + ":/dir"))
        .isEqualTo("all-hole.bin\nlink-to-hello\nreadme.txt\nsub\n");
    assertThat(succeed("ls", "-a", image, "/dir/sub")).isEqualTo(".\n..\nsame-file.txt\n");
    assertThat(succeed("ls", image, "/hello.txt")).isEqualTo("/hello.txt\n");
  }

  @Test
  void ls_long_isLikeLs() {
    assertThat(succeed("ls", "-l", image, "/dir").lines().map(line -> line.substring(0, 35)))
        .containsExactly(
            "-rw-r--r--   1     0     0 10737418",
            "lrwxrwxrwx   1     0     0         ",
            "-rw-r--r--   2     0     0         ",
            "drwxr-xr-x   2     0     0       40");
    assertThat(succeed("ls", "-il", image, "/"))
        .contains("      12 -rw-r--r--   1     0     0         38 2021-03-04 05:06:07 hello.txt\n");
    assertThat(succeed("ls", "-l", image, "/dir")).contains(" link-to-hello -> ../hello.txt\n");
  }

  @Test
  void ls_recursive_visitsDirectoriesInOrder() {
    assertThat(succeed("ls", "-R", image))
        .isEqualTo(
            """
            /:
            data.bin
            dir
            hello.txt
            lost+found

            /dir:
            all-hole.bin
            link-to-hello
            readme.txt
            sub

            /dir/sub:
            same-file.txt

            /lost+found:
            """);
  }

  @Test
  void stat_file_isLikeStatAndLsattr() {
    assertThat(succeed("stat", image, "<12>"))
        .startsWith("  File: <12>\n  Size: 38              Blocks: 8          IO Block: 4096")
        .contains("Access: (0644/-rw-r--r--)  Uid: 0  Gid: 0  Project: 0\n")
        .contains("Modify: 2021-03-04 05:06:07.123456789 +0000\n");
    assertThat(succeed("stat", image, "/dir/link-to-hello"))
        .startsWith("  File: /dir/link-to-hello -> ../hello.txt\n")
        .contains(" symbolic link\n");
  }

  @Test
  void cat_file_isItsContent() {
    String hello = "Hello from the sample image of ext4j.\n";
    assertThat(succeed("cat", image, "/hello.txt")).isEqualTo(hello);
    assertThat(succeed("cat", image + ":/dir/link-to-hello")).as("a link").isEqualTo(hello);
    assertThat(succeed("cat", image, "12")).isEqualTo(hello);
    assertThat(succeed("cat", image, "/data.bin")).hasSize(3_670_016);
  }

  @Test
  void map_file_isLikeFilefrag() {
    // The same bytes as from filefrag -v, including blanks at the end of rows without flags.
    assertThat(succeed("map", image, "/data.bin"))
        .isEqualTo(
            """
            File size of /data.bin is 3670016 (896 blocks of 4096 bytes)
             ext:     logical_offset:        physical_offset: length:   expected: flags:
               0:        0..     255:       1803..      2058:    256:           \s
               1:      384..     511:       2123..      2250:    128:       2187:
               2:      512..     607:       2315..      2410:     96:       2251:
               3:      640..     767:       2443..      2570:    128:           \s
               4:      768..     959:       2571..      2762:    192:             last,unwritten,eof
            /data.bin: 3 extents found
            """);
  }

  @Test
  void map_holes_areRows() {
    assertThat(succeed("map", "--holes", image, "/data.bin"))
        .contains("   1:      256..     383:          -..         -:    128:             hole\n");
    assertThat(succeed("map", "--holes", image, "/dir/all-hole.bin"))
        .contains("   0:        0..  262143:          -..         -: 262144:            ")
        .contains(" last,hole\n")
        .endsWith(": 0 extents found\n");
  }

  @Test
  void map_unit_isTheUnitOfTheColumns() {
    assertThat(succeed("map", "-b", "1K", image, "/hello.txt"))
        .contains(
            "   0:        0..       3:       5164..      5167:      4:             last,eof\n");
    assertThat(succeed("map", "-b1", image, "/hello.txt"))
        .contains(
            "   0:        0..    4095:    5287936..   5292031:   4096:             last,eof\n");
  }

  @Test
  void map_tree_showsNodesAndEntries() {
    assertThat(succeed("map", "--tree", image, "/data.bin").lines())
        .hasSize(7)
        .element(1)
        .asString()
        .matches(" 0/ 1    1/   1 +0 - +2411 +");
    assertThat(succeed("map", "--tree", image, "/data.bin")).endsWith(" 192 Uninit\n");
    assertThat(succeed("map", "--tree", image, "/dir/link-to-hello")).isNotEmpty();
  }

  @Test
  void map_json_isInBytes() {
    assertThat(succeed("map", "--json", image, "/hello.txt"))
        .isEqualTo(
            "{\"schema\":\"ext4j.map/1\",\"image\":\""
                + image
                + "\",\"path\":\"/hello.txt\",\"ino\":12,\"size\":38,\"block_size\":4096,"
                + "\"mapping\":\"extents\",\"extents\":[\n{\"logical\":0,\"physical\":5287936,"
                + "\"length\":4096,\"flags\":[\"last\",\"eof\"]}]}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info --json IMG",
        "ls --json IMG",
        "ls -R --json IMG / --offset 0",
        "stat --json IMG /dir",
        "stat --json IMG /dir/link-to-hello",
        "map --json --holes IMG /data.bin",
        "map --json --tree IMG /data.bin",
        "punch --json --dry-run IMG /data.bin 1000 1M"
      })
  void json_anyCommand_isOneDocumentWithASchema(String line) throws IOException {
    String document = succeed(line.replace("IMG", image).split(" ", -1));
    try (JsonParser parser = new JsonFactory().createParser(document)) {
      parser.nextToken();
      assertThat(parser.nextFieldName()).isEqualTo("schema");
      assertThat(parser.nextTextValue()).matches("ext4j\\.[a-z]+/1");
      while (parser.nextToken() != null) {
        // reads to the end, or throws
      }
    }
    assertThat(document).endsWith("}\n");
  }

  @Test
  void offset_ofAnImageInAnImage_findsIt() throws IOException {
    assertThat(ProgramRun.of("info", image, "--offset", "1M").status())
        .as("nothing begins there")
        .isEqualTo(ExitStatus.CORRUPT);
    assertThat(succeed("cat", image + "?offset=0", "/hello.txt")).startsWith("Hello");
  }

  private static String succeed(String... args) {
    ProgramRun run = ProgramRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    return run.out();
  }
}
