package dev.ext4j.cli.command;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.PicocliModel;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import picocli.CommandLine;

/** The command {@code ext4j help}, which shows the help of the program or of a command. */
public final class HelpCommand implements Command {
  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("help", "Shows the help of the program or of a command.")
        .optional("COMMAND", "The name of a command. Without it, an overview is shown.")
        .example("ext4j help map", "Shows the help of map, as 'ext4j map --help' does.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    String name =
        invocation.arguments().parameterCount() == 0 ? "" : invocation.arguments().parameter(0);
    if (!name.isEmpty() && Commands.find(name) == null) {
      throw new UsageException("'" + name + "' is not a command");
    }
    print(invocation.out(), name);
    return ExitStatus.OK;
  }

  /** Prints the help of a command, or of the program if the name is empty. */
  public static void print(Output out, String name) throws IOException {
    CommandLine program = PicocliModel.program(Commands.program(), Commands.syntaxes());
    CommandLine command = program.getSubcommands().getOrDefault(name, program);
    out.text(command.getUsageMessage(CommandLine.Help.Ansi.OFF));
  }
}
