package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Bans idioms from the comments of all modules that a reader has to read twice: a role is named by
 * a noun (caller, owner, thread, reader), never by "somebody" or "whoever".
 */
class CommentIdiomsTest {
  private static final Pattern COMMENT = Pattern.compile("^\\s*(\\*|//|/\\*)");
  private static final Pattern TAG = Pattern.compile("\\{@(code|link|linkplain|literal) [^}]*\\}");
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(whoever|whomever|somebody|nobody|everybody|anybody|someone|everyone)\\b"
              + "|\\bfor who\\b|\\bwho (is|has|was|waits|maps|asks|reads|writes|takes|holds)\\b"
              + "|\\bwhat is there\\b|\\bwhat was said\\b|\\bas is asked\\b",
          Pattern.CASE_INSENSITIVE);

  @Test
  void comments_nameRolesByNouns() throws IOException {
    List<String> found = new ArrayList<>();
    for (String folder :
        new String[] {"blockdev/src", "fs/src", "cli/src", "testimages/src", "bench"}) {
      try (Stream<Path> files = Files.walk(Path.of("..").resolve(folder))) {
        for (Path file : (Iterable<Path>) files.filter(CommentIdiomsTest::isCode)::iterator) {
          search(file, found);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean isCode(Path file) {
    return file.toString().endsWith(".java") && !file.toString().contains("/target/");
  }

  private static void search(Path file, List<String> found) throws IOException {
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      boolean own = file.endsWith("CommentIdiomsTest.java");
      String plain = TAG.matcher(line).replaceAll("");
      if (!own && COMMENT.matcher(line).find() && BANNED.matcher(plain).find()) {
        found.add(file + ":" + number + ": " + line.strip());
      }
    }
  }
}
