package dev.ext4j.cli;

import dev.ext4j.cli.command.Command;
import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.command.HelpCommand;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.invocation.Console;
import dev.ext4j.cli.invocation.ErrorReporter;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Interruption;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.OutputException;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.PicocliModel;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The program, which finds the command, runs it, reports failures and returns the exit status. It
 * does not end the JVM, so that tests can run it.
 */
public final class Ext4j {
  private final Console console;
  private final ErrorReporter reporter;
  private final Interruption interruption;

  /** Creates a program that reads from and writes to a console, and that no signal ends. */
  public Ext4j(Console console) {
    this(console, new Interruption());
  }

  /**
   * Creates a program that reads from and writes to a console.
   *
   * @param interruption what the command does when a signal ends it
   */
  public Ext4j(Console console, Interruption interruption) {
    this.interruption = interruption;
    this.console = console;
    this.reporter = new ErrorReporter(console);
  }

  /**
   * Runs a command line and returns the exit status.
   *
   * @param args the words, as {@link dev.ext4j.cli.text.RawText#decode} makes them from the bytes
   */
  public int run(String[] args) {
    int status;
    try {
      status = dispatch(args);
    } catch (Throwable e) { // the last resort: every failure is reported
      flushQuietly();
      return reporter.report(e);
    }
    try {
      console.out().flush();
    } catch (OutputException e) {
      int failed = reporter.report(e);
      return status == ExitStatus.OK ? failed : status;
    }
    return status;
  }

  private int dispatch(String[] args) throws IOException, UsageException {
    if (args.length == 0) {
      HelpCommand.print(console.err(), "");
      console.err().flush();
      return ExitStatus.USAGE;
    }
    switch (args[0]) {
      case "--help", "-h" -> {
        HelpCommand.print(console.out(), "");
        return ExitStatus.OK;
      }
      case "--version", "-V" -> {
        return version();
      }
      default -> {}
    }
    Command command = Commands.find(args[0]);
    if (command == null) {
      String kind = args[0].startsWith("-") ? "unknown option '" : "unknown command '";
      return usage("", kind + args[0] + "'", args);
    }
    CommandSyntax syntax = command.syntax();
    Arguments arguments;
    try {
      List<String> words = Arrays.asList(args).subList(1, args.length);
      arguments = ArgumentParser.parse(syntax, words);
    } catch (UsageException e) {
      usage(syntax.name(), String.valueOf(e.getMessage()), args);
      return command.statusOf(e);
    }
    if (arguments.has(CommandSyntax.HELP)) {
      HelpCommand.print(console.out(), syntax.name());
      return ExitStatus.OK;
    }
    if (arguments.has(CommandSyntax.VERSION)) {
      return version();
    }
    try {
      return command.run(new Invocation(arguments, console, reporter, interruption));
    } catch (Throwable e) { // any failure: the command chooses the exit status
      int status = command.statusOf(e);
      if (arguments.has(ImageOptions.JSON) && console.out().isUntouched()) {
        reporter.document(console.out(), e, status);
      }
      flushQuietly();
      reporter.report(e);
      return status;
    }
  }

  private int version() throws IOException {
    console.out().text("ext4j ").line(Version.text());
    return ExitStatus.OK;
  }

  private int usage(String command, String complaint, String[] args) {
    String suggestion =
        PicocliModel.suggestion(
            PicocliModel.program(Commands.program(), Commands.syntaxes()), args);
    reporter.tell(complaint + (suggestion.isEmpty() ? "" : "; " + suggestion));
    reporter.tell("'ext4j " + (command.isEmpty() ? "" : command + " ") + "--help' tells more");
    return ExitStatus.USAGE;
  }

  private void flushQuietly() {
    try {
      console.out().flush();
    } catch (OutputException e) {
      // The failure that is about to be reported came first.
    }
  }
}
