package dev.ext4j.cli.packaging;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.syntax.ParameterSyntax;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The completion script of bash. It consists of the syntax of the commands as arrays, and of the
 * functions in {@code completion.bash}, which are the same for every syntax. The script needs bash
 * 4.4 and no other package, and starts no process.
 */
final class BashCompletion {
  private final StringBuilder script = new StringBuilder(8192);

  private BashCompletion() {}

  /** Returns the script for a program and its commands. */
  static String of(CommandSyntax program, List<CommandSyntax> commands) throws IOException {
    BashCompletion bash = new BashCompletion();
    bash.line("# Completion of " + program.name() + " in bash. The build has made it.");
    bash.line("");
    bash.line("_ext4j_commands=(" + names(commands) + ")");
    bash.line("# These can be swept by crash-sweep.");
    bash.line("_ext4j_swept=(" + names(Sweepable.of(commands)) + ")");
    bash.line("");
    bash.line(
        "# Sets the options and parameters of a command. An option with a value has the kind");
    bash.line("# of the value after '='. Three dots repeat the parameter before them.");
    bash.line("_ext4j_syntax() {");
    bash.line("  case $1 in");
    bash.command("''", program, List.of("line"));
    for (CommandSyntax command : commands) {
      bash.command(command.name(), command, parameters(command));
    }
    bash.line("    *) return 1 ;;");
    bash.line("  esac");
    bash.line("}");
    bash.line("");
    bash.script.append(Resource.read("completion.bash"));
    return bash.script.toString();
  }

  private void command(String pattern, CommandSyntax command, List<String> parameters) {
    List<String> options = new ArrayList<>();
    for (OptionSyntax option : command.options()) {
      for (String name : option.names()) {
        options.add(option.takesValue() ? name + "=" + kind(option.completion()) : name);
      }
    }
    line("    " + pattern + ")");
    line("      options=(" + quoted(options) + ")");
    line("      parameters=(" + quoted(parameters) + ") ;;");
  }

  private static List<String> parameters(CommandSyntax command) {
    List<String> parameters = new ArrayList<>();
    for (ParameterSyntax parameter : command.parameters()) {
      parameters.add(kind(parameter.completion()));
      if (parameter.repeated()) {
        parameters.add("...");
      }
    }
    return parameters;
  }

  private static String kind(Completion completion) {
    String kind = completion.kind().name().toLowerCase(Locale.ROOT);
    return completion.words().isEmpty() ? kind : kind + ":" + String.join("|", completion.words());
  }

  private static String names(List<CommandSyntax> commands) {
    return String.join(" ", commands.stream().map(CommandSyntax::name).toList());
  }

  private static String quoted(List<String> words) {
    return String.join(" ", words.stream().map(word -> "'" + word + "'").toList());
  }

  private void line(String line) {
    script.append(line).append('\n');
  }
}
