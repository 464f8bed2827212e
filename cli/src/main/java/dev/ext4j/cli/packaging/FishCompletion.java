package dev.ext4j.cli.packaging;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.syntax.ParameterSyntax;
import java.io.IOException;
import java.util.List;

/**
 * The completion script of fish. It has a call of {@code complete} for each word that is offered.
 * The conditions of these calls are the functions in {@code completion.fish}. fish itself offers no
 * options after {@code --}, hence none of the command behind {@code crash-sweep IMG --}.
 */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder(16384);
  private final String start;

  private FishCompletion(CommandSyntax program) {
    start = "complete -c " + program.name();
  }

  /** Returns the script for a program and its commands. */
  static String of(CommandSyntax program, List<CommandSyntax> commands) throws IOException {
    FishCompletion fish = new FishCompletion(program);
    fish.line("# Completion of " + program.name() + " in fish. The build has made it.");
    fish.line("");
    fish.valuedOptions(commands);
    fish.line("");
    fish.script.append(Resource.read("completion.fish"));
    fish.line("");
    fish.line(fish.start + " -f");
    fish.names("__ext4j_at '' 1", commands);
    fish.options("__ext4j_at '' 1", program);
    for (CommandSyntax command : commands) {
      fish.options("__ext4j_in " + command.name(), command);
      int place = 1;
      for (ParameterSyntax parameter : command.parameters()) {
        String at = "__ext4j_at " + command.name() + " " + place++;
        fish.parameter(parameter.repeated() ? at + " more" : at, parameter, commands);
      }
    }
    return fish.script.toString();
  }

  /** Writes the function that succeeds for an option whose value may be the next word. */
  private void valuedOptions(List<CommandSyntax> commands) {
    line("# Succeeds if option $argv[2] of command $argv[1] takes a value.");
    line("function __ext4j_takes_value");
    line("    switch \"$argv\"");
    for (CommandSyntax command : commands) {
      for (OptionSyntax option : command.options()) {
        if (option.takesValue()) {
          for (String name : option.names()) {
            line("        case " + quoted(command.name() + " " + name));
            line("            return 0");
          }
        }
      }
    }
    line("    end");
    line("    return 1");
    line("end");
  }

  private void names(String condition, List<CommandSyntax> commands) {
    for (CommandSyntax command : commands) {
      complete(condition, "-a " + command.name(), command.summary());
    }
  }

  private void options(String condition, CommandSyntax command) {
    for (OptionSyntax option : command.options()) {
      StringBuilder words = new StringBuilder();
      for (String name : option.names()) {
        words.append(name.startsWith("--") ? "-l " : "-s ").append(name.replaceFirst("^--?", ""));
        words.append(' ');
      }
      if (option.takesValue()) {
        words.append(value(option.completion()));
      }
      complete(condition, words.toString().strip(), option.description());
    }
  }

  private void parameter(
      String condition, ParameterSyntax parameter, List<CommandSyntax> commands) {
    switch (parameter.completion().kind()) {
      case NONE, LINE -> {} // the functions see another command line as one of its own
      case COMMAND -> names(condition, commands);
      default ->
          complete(
              condition,
              value(parameter.completion()).replaceFirst("^-[rx] ", ""),
              parameter.description());
    }
  }

  /** Returns the options of {@code complete} for a value. */
  private static String value(Completion completion) {
    String words = String.join(" ", completion.words());
    return switch (completion.kind()) {
      case NONE, COMMAND, LINE -> "-x";
      case WORDS -> "-x -a " + quoted(words);
      case LIST -> "-x -a " + quoted("(__ext4j_list " + words + ")");
      case FILE, IMAGE -> "-r -F";
      case FOLDER -> "-x -a " + quoted("(__fish_complete_directories)");
    };
  }

  private void complete(String condition, String words, String description) {
    String shown = quoted(FirstSentence.of(description));
    line(start + " -n " + quoted(condition) + " " + words + " -d " + shown);
  }

  private static String quoted(String word) {
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private void line(String line) {
    script.append(line).append('\n');
  }
}
