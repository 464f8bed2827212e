package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.ext4j.cli.command.Command;
import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parses the command lines of README.md, and the examples in the help of each command. */
class ExampleCommandsTest {
  private static final Path README = Path.of("../README.md");
  private static final int FEWEST = 40;

  /** A command line of the program in a line of a shell, up to a pipe, a redirection or the end. */
  private static final Pattern COMMAND = Pattern.compile("(?:^|[$|] )ext4j( (?:'[^']*'|[^'|>])*)");

  static List<String> linesOfReadme() throws IOException {
    List<String> lines =
        Files.readAllLines(README).stream().filter(line -> line.startsWith("$ ")).toList();
    List<String> commands = commands(lines.stream());
    assertThat(commands).hasSizeGreaterThan(FEWEST);
    return commands;
  }

  static List<String> examplesOfHelp() {
    Stream<CommandSyntax> syntaxes =
        Stream.concat(Stream.of(Commands.program()), Commands.syntaxes().stream());
    List<String> commands =
        commands(
            syntaxes
                .flatMap(syntax -> syntax.examples().stream())
                .map(CommandSyntax.Example::command));
    assertThat(commands).hasSizeGreaterThan(FEWEST);
    return commands;
  }

  private static List<String> commands(Stream<String> lines) {
    return lines
        .flatMap(line -> COMMAND.matcher(line).results())
        .map(match -> match.group(1).strip())
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"linesOfReadme", "examplesOfHelp"})
  void command_fitsTheSyntax(String line) throws UsageException {
    List<String> words = ShellWords.split(line);
    Command command = Objects.requireNonNull(Commands.find(words.get(0)), line);
    List<String> arguments = words.subList(1, words.size());
    assertThatCode(() -> ArgumentParser.parse(command.syntax(), arguments))
        .as(line)
        .doesNotThrowAnyException();
  }
}
