package dev.ext4j.cli.packaging;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.syntax.CommandSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of the build that writes the manual pages and the completion scripts of shells. */
public final class Documents {
  private final Path share;

  private Documents(Path share) {
    this.share = share;
  }

  /**
   * Writes the documents to the places where man and the shells look for them. The only argument is
   * the folder that stands for {@code /usr/share}.
   */
  public static void main(String[] args) throws IOException {
    new Documents(Path.of(args[0])).write(Commands.program(), Commands.syntaxes());
  }

  private void write(CommandSyntax program, List<CommandSyntax> commands) throws IOException {
    write("man/man1", program.name() + ".1", ManPage.ofProgram(program, commands));
    for (CommandSyntax command : commands) {
      write(
          "man/man1",
          ManPage.name(program, command) + ".1",
          ManPage.ofCommand(program, command, commands));
    }
    write("bash-completion/completions", program.name(), BashCompletion.of(program, commands));
    write("zsh/site-functions", "_" + program.name(), ZshCompletion.of(program, commands));
    write(
        "fish/vendor_completions.d",
        program.name() + ".fish",
        FishCompletion.of(program, commands));
  }

  private void write(String folder, String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(share.resolve(folder)).resolve(name), text);
  }
}
