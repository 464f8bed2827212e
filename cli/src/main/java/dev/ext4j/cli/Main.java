package dev.ext4j.cli;

import dev.ext4j.cli.invocation.Console;
import dev.ext4j.cli.invocation.Interruption;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.text.CommandLineBytes;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;

/**
 * The entry point of the JVM. The launcher sets properties that state which streams are terminals.
 */
public final class Main {
  private Main() {}

  /** Runs the program and ends the JVM with its exit status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the program and returns its exit status. */
  public static int run(String[] args) {
    Interruption interruption = new Interruption();
    interruption.arm();
    int status = new Ext4j(console(), interruption).run(CommandLineBytes.restore(args));
    interruption.ended(status);
    ClassData.renewIfRefused();
    return status;
  }

  /** Returns the console with the standard streams of this process. */
  public static Console console() {
    String debug = System.getenv("EXT4J_DEBUG");
    return new Console(
        new FileInputStream(FileDescriptor.in),
        output(FileDescriptor.out, "ext4j.stdout.terminal"),
        output(FileDescriptor.err, "ext4j.stderr.terminal"),
        debug != null && !debug.isEmpty());
  }

  private static Output output(FileDescriptor descriptor, String terminalProperty) {
    return new Output(
        new FileOutputStream(descriptor).getChannel(), Boolean.getBoolean(terminalProperty));
  }
}
