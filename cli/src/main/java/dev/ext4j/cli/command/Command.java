package dev.ext4j.cli.command;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;

/** A command of the program. */
public interface Command {
  /** Returns the syntax of the words of this command. */
  CommandSyntax syntax();

  /** Returns the exit status for a failure of this command. */
  default int statusOf(Throwable failure) {
    return ExitStatus.of(failure);
  }

  /**
   * Runs the command and returns the exit status. The caller flushes the output and reports
   * failures.
   */
  int run(Invocation invocation) throws IOException, UsageException;
}
