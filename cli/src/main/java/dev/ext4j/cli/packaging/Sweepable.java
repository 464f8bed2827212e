package dev.ext4j.cli.packaging;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import java.util.List;

/** The commands that can be the command line inside another one, as in crash-sweep. */
final class Sweepable {
  private Sweepable() {}

  /** Returns the commands that work on an image and contain no command line themselves. */
  static List<CommandSyntax> of(List<CommandSyntax> commands) {
    return commands.stream()
        .filter(command -> has(command, Completion.Kind.IMAGE))
        .filter(command -> !has(command, Completion.Kind.LINE))
        .toList();
  }

  private static boolean has(CommandSyntax command, Completion.Kind kind) {
    return command.parameters().stream()
        .anyMatch(parameter -> parameter.completion().kind() == kind);
  }
}
