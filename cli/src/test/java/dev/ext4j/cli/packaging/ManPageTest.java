package dev.ext4j.cli.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
  private static final CommandSyntax PROGRAM = Commands.program();
  private static final List<CommandSyntax> COMMANDS = Commands.syntaxes();
  private static final List<String> SECTIONS =
      List.of(
          "NAME",
          "SYNOPSIS",
          "DESCRIPTION",
          "OPTIONS",
          "EXIT STATUS",
          "ENVIRONMENT",
          "FILES",
          "EXAMPLES",
          "SEE ALSO");

  @TempDir private Path folder;

  @Test
  void pageOfEachCommand_hasAllSectionsInOrder() {
    assertThat(COMMANDS).isNotEmpty();
    for (CommandSyntax command : COMMANDS) {
      assertThat(headings(page(command))).as(command.name()).isEqualTo(SECTIONS);
    }
  }

  @Test
  void pageOfProgram_hasTheSameSectionsAndSaysWhatTheProgramCannotDo() {
    List<String> expected = new ArrayList<>(SECTIONS);
    expected.add(expected.indexOf("OPTIONS"), "COMMANDS");
    expected.add(expected.indexOf("EXAMPLES"), "NOTES");
    assertThat(headings(ManPage.ofProgram(PROGRAM, COMMANDS))).isEqualTo(expected);
  }

  @Test
  void exitStatuses_areThoseOfTheProgramUnlessTheCommandHasItsOwn() {
    assertThat(statuses("map")).containsExactly("0", "1", "2", "3", "4", "5", "141", "128+N");
    assertThat(statuses("fsck")).containsExactly("0", "4", "8", "16", "32", "141", "128+N");
    assertThat(section(page(command("crash-sweep")), "EXIT STATUS"))
        .contains("All states are good.");
  }

  @Test
  void variables_areThoseOfAllCommandsAndOfTheCommand() {
    assertThat(section(page(command("fsck")), "ENVIRONMENT"))
        .contains("\\fBEXT4J_JAVA\\fR", "\\fBEXT4J_CDS\\fR", "\\fBTMPDIR\\fR");
    assertThat(section(page(command("map")), "ENVIRONMENT")).doesNotContain("\\fBTMPDIR\\fR");
  }

  @Test
  void synopsis_hasTheOptionsOfTheCommandOnly() {
    assertThat(section(page(command("truncate")), "SYNOPSIS"))
        .containsExactly(
            "\\fBext4j truncate\\fR [\\fB\\-\\-verbose\\fR] [\\fB\\-\\-discard\\fR]"
                + " [\\fB\\-\\-wait\\fR[=\\fISECONDS\\fR]] [\\fB\\-\\-json\\fR]"
                + " [\\fIOPTION\\fR]... \\fIIMG\\fR \\fIFILE\\fR [\\fISIZE\\fR]");
  }

  @Test
  void everyPage_isRenderedWithoutAWarning() throws IOException {
    Oracles.requireProgram("man");
    Oracles.requireProgram("groff");
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(PROGRAM.name(), ManPage.ofProgram(PROGRAM, COMMANDS));
    COMMANDS.forEach(command -> pages.put(ManPage.name(PROGRAM, command), page(command)));
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Path file = Files.writeString(folder.resolve(page.getKey() + ".1"), page.getValue());
      ToolResult result =
          ExternalTool.named("man")
              .run("--warnings", "-E", "UTF-8", "-l", "-Tutf8", file.toString());
      assertThat(result.orFail().stdout()).as(page.getKey()).contains("ext4j manual");
      assertThat(result.stderr()).as(page.getKey()).isEmpty();
    }
  }

  private static CommandSyntax command(String name) {
    return COMMANDS.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String page(CommandSyntax command) {
    return ManPage.ofCommand(PROGRAM, command, COMMANDS);
  }

  private static List<String> statuses(String command) {
    return section(page(command(command)), "EXIT STATUS").stream()
        .filter(line -> line.startsWith("\\fB"))
        .map(line -> line.substring("\\fB".length(), line.length() - "\\fR".length()))
        .toList();
  }

  private static List<String> headings(String page) {
    return page.lines()
        .filter(line -> line.startsWith(".SH "))
        .map(line -> line.substring(".SH ".length()))
        .toList();
  }

  private static List<String> section(String page, String heading) {
    List<String> lines = page.lines().toList();
    int start = lines.indexOf(".SH " + heading) + 1;
    assertThat(start).as(heading).isPositive();
    return lines.subList(start, lines.size()).stream()
        .takeWhile(line -> !line.startsWith(".SH "))
        .toList();
  }
}
