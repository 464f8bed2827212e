package dev.ext4j.cli.command;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.cli.crash.RecordingDisk;
import dev.ext4j.cli.crash.WriteLog;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.invocation.DeviceOpener;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A run of a command with a recording disk in place of its image. The whole disk is recorded, even
 * if the command works only on a part of it.
 */
final class RecordedCommand implements DeviceOpener {
  private static final String PLACEHOLDER = "{}";

  private final Invocation invocation;
  private final DeviceAddress image;
  private final WriteLog log;
  private final RecordingDisk disk;
  private Place place;
  private boolean opened;

  RecordedCommand(Invocation invocation, DeviceAddress image, BlockDevice base, WriteLog log) {
    this.invocation = invocation;
    this.image = image;
    this.log = log;
    this.disk = new RecordingDisk(base, log);
    this.place = image.place();
  }

  /** Runs a command line and returns its exit status. A failure is reported. */
  int run(List<String> words) throws IOException, UsageException {
    Command command = Commands.find(words.get(0));
    if (command == null || command instanceof CrashSweepCommand || !worksOnAnImage(command)) {
      throw new UsageException("'" + words.get(0) + "' is no command that could be swept");
    }
    List<String> rest =
        words.subList(1, words.size()).stream()
            .map(word -> word.replace(PLACEHOLDER, image.toString()))
            .toList();
    Arguments arguments = ArgumentParser.parse(command.syntax(), rest);
    if (arguments.has(CommandSyntax.HELP) || arguments.has(CommandSyntax.VERSION)) {
      throw new UsageException("there is nothing to sweep in a text about " + words.get(0));
    }
    int status = run(command, arguments);
    if (status != ExitStatus.OK) {
      invocation.tell("the command failed by itself, without a crash: nothing was judged");
    } else if (!opened) {
      throw new UsageException(words.get(0) + " does not work on " + image);
    }
    invocation.workOnImage(image.toString());
    return status;
  }

  private static boolean worksOnAnImage(Command command) {
    return command.syntax().parameters().stream()
        .anyMatch(parameter -> parameter.label().equals(ImageOptions.LABEL));
  }

  private int run(Command command, Arguments arguments) {
    try {
      return command.run(invocation.with(arguments).aside(this));
    } catch (IOException | UsageException | RuntimeException e) {
      return invocation.report(e);
    }
  }

  /** Returns the location on the disk at which the command found its file system. */
  Place place() {
    return place;
  }

  @Override
  public BlockDevice open(DeviceAddress address, AccessMode mode) throws IOException {
    if (!address.path().equals(image.path())
        && !Files.isSameFile(Path.of(address.path()), Path.of(image.path()))) {
      throw new IOException(
          address.path() + " is not " + image.path() + ", the one image that is recorded");
    }
    opened = true;
    place = address.place();
    return Devices.locate(disk.lend(mode == AccessMode.READ_WRITE), place, new Ext4Probe());
  }

  @Override
  public void vouch(String what) throws IOException {
    log.mark(what);
  }
}
