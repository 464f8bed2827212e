package dev.ext4j.cli.invocation;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.Arguments;
import java.io.IOException;
import java.util.Optional;

/**
 * One run of a command, with its arguments, its console, and the image, file and line that it
 * currently works on. Warnings and most messages about failures name the image, the line and the
 * file.
 */
public final class Invocation {
  private final Arguments arguments;
  private final Console console;
  private final ErrorReporter reporter;
  private final DeviceOpener devices;
  private final Interruption interruption;

  /**
   * Creates the run of a command that opens devices directly.
   *
   * @param interruption what the command does when a signal ends it
   * @param reporter the reporter that receives the image, file and line that the command works on
   */
  public Invocation(
      Arguments arguments, Console console, ErrorReporter reporter, Interruption interruption) {
    this(arguments, console, reporter, DeviceOpener.DIRECT, interruption);
  }

  private Invocation(
      Arguments arguments,
      Console console,
      ErrorReporter reporter,
      DeviceOpener devices,
      Interruption interruption) {
    this.arguments = arguments;
    this.console = console;
    this.reporter = reporter;
    this.devices = devices;
    this.interruption = interruption;
  }

  /** Returns the words of the command line. */
  public Arguments arguments() {
    return arguments;
  }

  /** Returns the streams of this run. */
  public Console console() {
    return console;
  }

  /** Returns the output for results. */
  public Output out() {
    return console.out();
  }

  /** Sets the image that the command works on and that later messages name. */
  public void workOnImage(String image) {
    reporter.workOnImage(image);
  }

  /**
   * Sets the file of the image that the command works on and that later messages name, or empty for
   * none.
   */
  public void workOnFile(String file) {
    reporter.workOnFile(file);
  }

  /**
   * Sets the line of a script, counted from 1, that the command works on and that later messages
   * name.
   */
  public void workOnLine(long line) {
    reporter.workOnLine(line);
  }

  /** Reports a failure that does not end the command, and returns its exit status. */
  public int report(Throwable failure) {
    return reporter.report(failure);
  }

  /** Prints a failure as a JSON document on standard output. */
  public void reportAsDocument(Throwable failure, int status) throws IOException {
    reporter.document(out(), failure, status);
  }

  /** Prints a warning on standard error, about something that is not a failure. */
  public void warn(String message) {
    reporter.warn(message);
  }

  /** Prints a message on standard error without the image, the line and the file. */
  public void tell(String message) {
    reporter.tell(message);
  }

  /** Returns a copy with other arguments, for a command that runs another command. */
  public Invocation with(Arguments others) {
    return new Invocation(others, console, reporter, devices, interruption);
  }

  /**
   * Returns a copy with its results printed on standard error and with another source of devices.
   */
  public Invocation aside(DeviceOpener others) {
    Console aside = new Console(console.in(), console.err(), console.err(), console.debug());
    return new Invocation(arguments, aside, reporter, others, interruption);
  }

  /** Opens the device of an image. */
  public BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException {
    return devices.open(address, mode);
  }

  /**
   * Returns what another program does with the device of an image that may change its content under
   * a reader, as a clause. Returns empty if nothing is known.
   */
  public Optional<String> useOf(DeviceAddress address) throws IOException {
    return devices.useOf(address);
  }

  /** Returns what the command does when a signal ends it. */
  public Interruption interruption() {
    return interruption;
  }

  /**
   * Declares that all work so far is durable.
   *
   * @param what the work that is durable, in a few words
   */
  public void vouch(String what) throws IOException {
    devices.vouch(what);
  }
}
