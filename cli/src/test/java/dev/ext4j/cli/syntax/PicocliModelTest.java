package dev.ext4j.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A test that both readers of the syntax agree, and that the syntax is complete. */
class PicocliModelTest {
  static List<CommandSyntax> commands() {
    return Commands.syntaxes();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examples_everyCommand_areUnderstoodByBoth(CommandSyntax syntax) throws UsageException {
    assertThat(syntax.examples()).as(syntax.name()).isNotEmpty();
    for (CommandSyntax.Example example : syntax.examples()) {
      List<String> words = commandWords(example.command());
      assertThat(words.get(0)).isEqualTo(syntax.name());
      List<String> arguments = words.subList(1, words.size());
      ArgumentParser.parse(syntax, arguments);
      CommandLine program = PicocliModel.program(Commands.program(), Commands.syntaxes());
      assertThatCode(() -> program.parseArgs(words.toArray(new String[0])))
          .as(example.command())
          .doesNotThrowAnyException();
    }
  }

  /** Returns the words of an example that belong to ext4j. */
  private static List<String> commandWords(String example) throws UsageException {
    List<String> words = new ArrayList<>(ShellWords.split(example));
    words.subList(0, words.indexOf("ext4j") + 1).clear();
    for (String end : List.of("|", ">")) {
      int at = words.indexOf(end);
      if (at >= 0) {
        words.subList(at, words.size()).clear();
      }
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_everyCommand_showsAllThereIs(CommandSyntax syntax) {
    CommandLine program = PicocliModel.program(Commands.program(), Commands.syntaxes());
    String help =
        program
            .getSubcommands()
            .getOrDefault(syntax.name(), program)
            .getUsageMessage(CommandLine.Help.Ansi.OFF);
    assertThat(help).contains("Usage: ext4j " + syntax.name()).contains("Example");
    for (OptionSyntax option : syntax.options()) {
      assertThat(option.description()).endsWith(".");
      for (String name : option.names()) {
        assertThat(help).contains(name);
      }
    }
    for (ParameterSyntax parameter : syntax.parameters()) {
      assertThat(help).contains(parameter.label());
    }
  }
}
