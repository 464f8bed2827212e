package dev.ext4j.cli.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.fs.inspect.TraceEvent;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test of the completion script in a bash without a terminal. It calls the function of the script
 * as readline does.
 */
class BashCompletionTest {
  private static final String CALL =
      """
      cd "$1" || exit
      source ./script || exit
      COMP_LINE=$2 COMP_POINT=${4:-${#2}}
      _ext4j ext4j "$3" ''
      if ((${#COMPREPLY[@]})); then printf '%s\\n' "${COMPREPLY[@]}"; fi
      """;

  @TempDir Path folder;

  @BeforeEach
  void create() throws IOException {
    Oracles.requireProgram("bash");
    Files.writeString(
        folder.resolve("script"), BashCompletion.of(Commands.program(), Commands.syntaxes()));
    for (String name :
        List.of("root.img", "spare.img", "my disk.img", "a@b.img", "it's", "edits.txt")) {
      Files.createFile(folder.resolve(name));
    }
    Files.createDirectory(folder.resolve("bad"));
    Files.createFile(folder.resolve("bad/1.img"));
  }

  static Stream<Arguments> wordsThatReadlineReplacesAfterItsBreaks() {
    return Stream.of(
        // commands
        at("ext4j pu", "punch"),
        at("ext4j help pu", "punch"),
        at("ext4j help punch ", ""),
        at("ext4j none ", ""),
        at("ext4j -", "--help -h --version -V"),
        at("ext4j --v", "--version"),
        // options
        at(
            "ext4j map --",
            "--help --version --tree --holes --layers= --unit= --json --offset="
                + " --superblock= --blocksize= --journal="),
        at("ext4j fsck root.img --j", "--json --journal="),
        at("ext4j punch -- --", ""),
        at("ext4j punch -n --di", "--discard"),
        // their values
        at("ext4j fsck --view=", "replayed ondisk"),
        at("ext4j fsck --view=o", "ondisk"),
        at("ext4j fsck --view ", "replayed ondisk"),
        at("ext4j punch --progress=", "auto always never"),
        at("ext4j punch --progress al", "always"),
        at("ext4j map --layers=", "disk,es disk"),
        at("ext4j punch --trace=", "es locks journal steps all"),
        at("ext4j punch --trace=es,lo", "es,locks"),
        at("ext4j punch --trace es,lo", "es,locks"),
        at("ext4j crash-sweep --kinds=torn,d", "torn,drop"),
        at("ext4j punch --offset=", ""),
        at("ext4j punch --nothing=", ""),
        at("ext4j batch root.img -f ed", "edits.txt"),
        at("ext4j batch root.img --file=ed", "edits.txt"),
        at("ext4j batch root.img -fed", "-fedits.txt"),
        at("ext4j fsck --journal sp", "spare.img"),
        at("ext4j fsck -vj sp", "spare.img"),
        at("ext4j journal log --inode sp", ""),
        at("ext4j crash-sweep --keep ", "bad"),
        // host files
        at("ext4j punch ro", "root.img"),
        at("ext4j punch -n --trace es ro", "root.img"),
        at("ext4j punch -vb 1 ro", "root.img"),
        at("ext4j ls bad/", "bad/1.img"),
        at("ext4j ls it", "it's"),
        at("ext4j fsck root.img spare.img ro", "root.img"),
        at("ext4j ls root.img sp", ""),
        at("ext4j ls root.img@p2:", ""),
        at("ext4j write root.img /etc/hostname 0 ed", "edits.txt"),
        at("ext4j write root.img ed", ""),
        at("ext4j write root.img:/etc/hostname 0 ed", "edits.txt"),
        at("ext4j ls a@", "@b.img"),
        // actions
        at("ext4j journal ", "info log replay"),
        at("ext4j journal log ro", "root.img"),
        at("ext4j demo ", "race"),
        // a command line in a command line
        at("ext4j crash-sweep root.img ", "--"),
        at("ext4j crash-sweep root.img -- pu", "punch"),
        at("ext4j crash-sweep root.img -- de", ""),
        at("ext4j crash-sweep root.img -- punch --tr", "--trace="),
        at("ext4j crash-sweep root.img -- batch root.img -f ed", "edits.txt"),
        // redirections
        at("ext4j ls 2>&1 ro", "root.img"),
        at("ext4j ls 2> errors ro", "root.img"),
        at("ext4j ls > ro", "root.img"),
        at("ext4j ls <ro", "root.img"),
        at("ext4j ls >> out root.img ro", ""));
  }

  private static Arguments at(String line, String expected) {
    return Arguments.of(line, expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1)));
  }

  @ParameterizedTest
  @MethodSource("wordsThatReadlineReplacesAfterItsBreaks")
  void complete_plainLine_offers(String line, List<String> expected) throws IOException {
    assertThat(complete(line, line.replaceFirst(".*([ =:<>]|(?=@))", ""))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "ext4j ls \"my di | my di",
        "ext4j ls 'my di | my di",
        "ext4j ls my\\ di | my\\ di",
        "ext4j ls m'y 'di | m'y 'di",
        "ext4j batch --file=\"my di | my di",
        "ext4j ls 2> \"a file\" my\\ di | my\\ di",
      })
  void complete_quotedWord_offersTheNameWithoutQuotes(String line, String replaced)
      throws IOException {
    assertThat(complete(line, replaced)).containsExactly("my disk.img");
  }

  @Test
  void complete_breakThatTheUserHasRemoved_offersTheWholeWord() throws IOException {
    assertThat(complete("ext4j fsck --view=o", "--view=o")).containsExactly("--view=ondisk");
    assertThat(complete("ext4j ls a@", "a@")).containsExactly("a@b.img");
    assertThat(complete("ext4j ls a\\@", "a\\@")).containsExactly("a@b.img");
  }

  @Test
  void complete_breakAsTheWord_isTheSameAsNoWord() throws IOException {
    assertThat(complete("ext4j fsck --view=", "=")).containsExactly("replayed", "ondisk");
  }

  @Test
  void complete_insideTheLine_looksAtWhatIsBeforeTheCursor() throws IOException {
    String line = "ext4j pu root.img --trace=es";
    assertThat(complete(line, "pu", "ext4j pu".length())).containsExactly("punch");
  }

  @Test
  void script_everyCommand_knowsItsOptions() throws IOException {
    for (CommandSyntax command : Commands.syntaxes()) {
      List<String> names = new ArrayList<>();
      command
          .options()
          .forEach(
              option ->
                  option
                      .names()
                      .forEach(
                          name ->
                              names.add(
                                  option.takesValue() && name.startsWith("--")
                                      ? name + "="
                                      : name)));
      assertThat(complete("ext4j " + command.name() + " -", "-")).isEqualTo(names);
    }
  }

  @Test
  void complete_listOfTrace_offersEveryKindOfEvent() throws IOException {
    List<String> kinds = new ArrayList<>();
    for (TraceEvent.Kind kind : TraceEvent.Kind.values()) {
      kinds.add(kind.name().toLowerCase(Locale.ROOT));
    }
    kinds.add("all");
    assertThat(complete("ext4j punch --trace=", "")).isEqualTo(kinds);
  }

  /** The build replaces names of Maven's properties in the resource. */
  @Test
  void resource_hasNothingThatTheBuildReplaces() throws IOException {
    for (String name : List.of("completion.bash", "completion.fish")) {
      assertThat(Resource.read(name)).doesNotContainPattern("\\$\\{[A-Za-z.]+}");
    }
  }

  private List<String> complete(String line, String replaced) throws IOException {
    return complete(line, replaced, line.length());
  }

  private List<String> complete(String line, String replaced, int cursor) throws IOException {
    ToolResult result =
        ExternalTool.named("bash")
            .run(
                "--norc",
                "-c",
                CALL,
                "bash",
                folder.toString(),
                line,
                replaced,
                Integer.toString(cursor))
            .orFail();
    assertThat(result.stderr()).as(line).isEmpty();
    return result.lines();
  }
}
