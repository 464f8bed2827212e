package dev.ext4j.cli.packaging;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.syntax.ParameterSyntax;
import java.util.ArrayList;
import java.util.List;

/** The completion script of zsh, which states the syntax of each command for {@code _arguments}. */
final class ZshCompletion {
  private final StringBuilder script = new StringBuilder(16384);

  private ZshCompletion() {}

  /** Returns the script for a program and its commands. */
  static String of(CommandSyntax program, List<CommandSyntax> commands) {
    ZshCompletion zsh = new ZshCompletion();
    zsh.line("#compdef " + program.name());
    zsh.line("# Completion of " + program.name() + " in zsh. The build has made it.");
    zsh.names("_ext4j_commands", commands);
    zsh.names("_ext4j_swept", Sweepable.of(commands));
    zsh.line("");
    zsh.line("# Completes the command line inside another one, after one word and '--'.");
    zsh.line("_ext4j_line() {");
    zsh.line("  shift words; ((CURRENT -= 1))");
    zsh.line(
        "  if [[ $words[1] == -- ]] && ((CURRENT > 1)); then shift words; ((CURRENT -= 1)); fi");
    zsh.line("  if ((CURRENT == 1)); then _ext4j_swept; else _ext4j_words; fi");
    zsh.line("}");
    zsh.line("");
    zsh.line("# Completes the words of a command. The first one is its name.");
    zsh.line("_ext4j_words() {");
    zsh.line("  local curcontext=${curcontext%:*:*}:" + program.name() + "-$words[1]:");
    zsh.line("  case $words[1] in");
    for (CommandSyntax command : commands) {
      zsh.line("    (" + command.name() + ")");
      zsh.arguments("      ", command, parameters(command));
      zsh.line("      ;;");
    }
    zsh.line("  esac");
    zsh.line("}");
    zsh.line("");
    zsh.arguments("", program, List.of("1:command:_ext4j_commands", "*::argument:_ext4j_words"));
    return zsh.script.toString();
  }

  /** Writes a function that offers the names of commands. */
  private void names(String function, List<CommandSyntax> commands) {
    line("");
    line(function + "() {");
    line("  local -a commands=(");
    for (CommandSyntax command : commands) {
      line("    " + quoted(command.name() + ":" + FirstSentence.of(command.summary())));
    }
    line("  )");
    line("  _describe -t commands command commands");
    line("}");
  }

  /** Writes a call of {@code _arguments}. */
  private void arguments(String indent, CommandSyntax command, List<String> parameters) {
    List<String> specifications = new ArrayList<>();
    for (OptionSyntax option : command.options()) {
      for (String name : option.names()) {
        specifications.add(option(option, name));
      }
    }
    specifications.addAll(parameters);
    line(indent + "_arguments -s -S \\");
    int left = specifications.size();
    for (String specification : specifications) {
      line(indent + "  " + quoted(specification) + (--left == 0 ? "" : " \\"));
    }
  }

  /** Returns the specification of one name of an option, which excludes its other names. */
  private static String option(OptionSyntax option, String name) {
    String description =
        FirstSentence.of(option.description())
            .replace("\\", "\\\\")
            .replace("[", "\\[")
            .replace("]", "\\]");
    String specification =
        "(" + String.join(" ", option.names()) + ")" + name + "[" + description + "]";
    if (!option.takesValue()) {
      return specification;
    }
    String joint = name.startsWith("--") ? "=" : "+";
    return specification.replace(name + "[", name + joint + "[")
        + ":"
        + option.valueLabel().replace(":", "\\:")
        + ":"
        + action(option.valueLabel(), option.completion());
  }

  private static List<String> parameters(CommandSyntax command) {
    List<String> specifications = new ArrayList<>();
    int place = 1;
    for (ParameterSyntax parameter : command.parameters()) {
      String start = Integer.toString(place++);
      if (parameter.repeated()) {
        start = parameter.completion().kind() == Completion.Kind.LINE ? "*:" : "*";
      } else if (!parameter.required()) {
        start += ":";
      }
      specifications.add(
          start + ":" + parameter.label().replace(":", "\\:") + ":" + parameterAction(parameter));
    }
    return specifications;
  }

  /** Returns the action of a parameter. The action " " would show a label in place of options. */
  private static String parameterAction(ParameterSyntax parameter) {
    String action = action(parameter.label(), parameter.completion());
    return action.isBlank() ? "()" : action;
  }

  /** Returns the action that offers the words of a completion. */
  private static String action(String label, Completion completion) {
    String words = String.join(" ", completion.words());
    return switch (completion.kind()) {
      case NONE -> " ";
      case WORDS -> "(" + words + ")";
      case LIST -> "_values -s , " + label + " " + words;
      case FILE, IMAGE -> "_files";
      case FOLDER -> "_files -/";
      case COMMAND -> "_ext4j_commands";
      case LINE -> "_ext4j_line";
    };
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private void line(String line) {
    script.append(line).append('\n');
  }
}
