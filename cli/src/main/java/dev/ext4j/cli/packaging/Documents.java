package dev.ext4j.cli.packaging;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.PicocliModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.AutoComplete;

/** A program of the build that writes the manual pages and the completion script of bash. */
public final class Documents {
  private Documents() {}

  /**
   * Writes the documents. The first argument is the folder of the pages, the second is the file of
   * the script.
   */
  public static void main(String[] args) throws IOException {
    Path pages = Path.of(args[0]);
    CommandSyntax program = Commands.program();
    List<CommandSyntax> commands = Commands.syntaxes();
    Files.writeString(pages.resolve(program.name() + ".1"), ManPage.ofProgram(program, commands));
    for (CommandSyntax command : commands) {
      Files.writeString(
          pages.resolve(ManPage.name(program, command) + ".1"),
          ManPage.ofCommand(program, command, commands));
    }
    Files.writeString(
        Path.of(args[1]),
        AutoComplete.bash(program.name(), PicocliModel.program(program, commands)));
  }
}
