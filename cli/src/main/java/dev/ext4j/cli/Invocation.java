package dev.ext4j.cli;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.Arguments;
import java.io.IOException;

/**
 * One run of a command: its arguments, where it prints, and what it is busy with, so that a message
 * can say so wherever the failure comes from.
 */
public final class Invocation {
  private final Arguments arguments;
  private final Console console;
  private final ErrorReporter reporter;
  private final DeviceOpener devices;

  Invocation(Arguments arguments, Console console, ErrorReporter reporter) {
    this(arguments, console, reporter, DeviceOpener.DIRECT);
  }

  private Invocation(
      Arguments arguments, Console console, ErrorReporter reporter, DeviceOpener devices) {
    this.arguments = arguments;
    this.console = console;
    this.reporter = reporter;
    this.devices = devices;
  }

  /** The words of the command line. */
  public Arguments arguments() {
    return arguments;
  }

  /** Where to read and write. */
  public Console console() {
    return console;
  }

  /** Where results go. */
  public Output out() {
    return console.out();
  }

  /** The image that the command works on from now on. */
  public void workOnImage(String image) {
    reporter.workOnImage(image);
  }

  /** The file in it that the command works on from now on; empty for none. */
  public void workOnFile(String file) {
    reporter.workOnFile(file);
  }

  /** The line of a script that the command works on from now on, from 1. */
  public void workOnLine(long line) {
    reporter.workOnLine(line);
  }

  /** Tells of a failure that does not end the command; gives the exit status that it calls for. */
  public int report(Throwable failure) {
    return reporter.report(failure);
  }

  /** Tells of something that is no failure. */
  public void warn(String message) {
    reporter.warn(message);
  }

  /** Says something on standard error. */
  public void tell(String message) {
    reporter.tell(message);
  }

  /** The same run with other words, for a command that runs another one. */
  public Invocation with(Arguments others) {
    return new Invocation(others, console, reporter, devices);
  }

  /** The same run with results printed on standard error, and with devices from elsewhere. */
  public Invocation aside(DeviceOpener others) {
    Console aside = new Console(console.in(), console.err(), console.err(), console.debug());
    return new Invocation(arguments, aside, reporter, others);
  }

  /** Opens the device of an image. */
  public BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException {
    return devices.open(address, mode);
  }

  /** Says that all that was done so far is durable. */
  public void vouch(String what) throws IOException {
    devices.vouch(what);
  }
}
