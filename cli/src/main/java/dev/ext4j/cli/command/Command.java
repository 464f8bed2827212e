package dev.ext4j.cli.command;

import dev.ext4j.cli.ExitStatus;
import dev.ext4j.cli.Invocation;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;

/** A command of the program. */
public interface Command {
  /** Its words. */
  CommandSyntax syntax();

  /** The exit status that a failure of this command calls for. */
  default int statusOf(Throwable failure) {
    return ExitStatus.of(failure);
  }

  /** Runs it and gives the exit status. Whoever calls it flushes the output and words failures. */
  int run(Invocation invocation) throws IOException, UsageException;
}
