package dev.ext4j.cli;

import dev.ext4j.cli.invocation.Console;
import dev.ext4j.cli.output.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/** The result of one run of the program inside this JVM. */
public record ProgramRun(int status, String out, String err) {
  /** Runs a command line. */
  public static ProgramRun of(String... args) {
    return withInput("", args);
  }

  /** Runs a command line that reads standard input. */
  public static ProgramRun withInput(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new Output(Channels.newChannel(out), false),
            new Output(Channels.newChannel(err), false),
            false);
    int status = new Ext4j(console).run(args);
    return new ProgramRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
