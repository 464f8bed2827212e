package dev.ext4j.cli.command;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.cli.crash.Sweep;
import dev.ext4j.cli.crash.SweepOptions;
import dev.ext4j.cli.crash.SweepReport;
import dev.ext4j.cli.crash.Window;
import dev.ext4j.cli.crash.WriteLog;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.show.SweepPrinter;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Ext4Probe;
import dev.ext4j.fs.OpenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The command {@code ext4j crash-sweep}, which tests with the user's image whether a command is
 * safe against crashes. The image is only read.
 */
public final class CrashSweepCommand implements Command {
  private static final OptionSyntax LOG =
      OptionSyntax.value("FILE", "Keep the record of writes in FILE (format X4WLOG01).", "--log")
          .completing(Completion.FILE);
  private static final OptionSyntax REPLAY =
      OptionSyntax.value(
              "FILE", "Judge an existing record of writes instead of running COMMAND.", "--replay")
          .completing(Completion.FILE);

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named(
            "crash-sweep",
            "Runs a command on a copy and judges the states that a crash could leave.")
        .detail(
            "The image is only read: the writes of COMMAND go to memory and into a record. Crash"
                + " states are made from the record: it is cut after every write; of the writes"
                + " that were not flushed, all but one, only one, or a random subset are kept; a"
                + " write is torn between sectors. In each state every file must be as before the"
                + " command, as after it, or as after a step that the command had finished, and the"
                + " work of a finished step must not be lost. Then e2fsck, if it is installed, must"
                + " accept the state: it finds no problem after the replay of the journal. If the"
                + " superblock says that a check is needed, as without a journal, a repair that"
                + " loses nothing is accepted as well. The result of a command without a crash is"
                + " not judged.")
        .detail(
            "COMMAND is any command of ext4j that works on IMG, which can be written as {} in it."
                + " Its output goes to standard error. If COMMAND itself fails, its exit status is"
                + " returned.")
        .exitStatus(ExitStatus.OK, "all states are good")
        .exitStatus(ExitStatus.FAILED, "at least one is not, or the operation failed")
        .exitStatus(ExitStatus.USAGE, "wrong usage")
        .exitStatus(ExitStatus.CORRUPT, "the image is not sound before the command")
        .exitStatus(ExitStatus.UNSUPPORTED, "unsupported feature")
        .exitStatus(ExitStatus.BUSY, "busy, locked or needs recovery")
        .variable("TMPDIR", "The folder for the record of writes and for the states of the image.")
        .variable("PATH", "The folders in which e2fsck is searched first.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .repeated("COMMAND", "The command and its words, after --.")
        .options(SweepArguments.ALL)
        .option(LOG)
        .option(REPLAY)
        .option(Progress.OPTION)
        .option(ImageOptions.JSON)
        .option(ImageOptions.OFFSET)
        .example(
            "ext4j crash-sweep disk.img -- punch {} /var/db 1M 64K",
            "Checks whether a punch is safe.")
        .example(
            "ext4j crash-sweep --keep bad disk.img@p2 -- batch {} -f edits.txt",
            "Checks a script in a partition, and keeps bad states as images.")
        .example(
            "ext4j crash-sweep --replay run.log disk.img",
            "Judges a record that --log or a tool has made.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    String image = arguments.parameter(0);
    List<String> words = arguments.parametersFrom(1);
    String replay = arguments.value(REPLAY);
    if ((replay == null) == words.isEmpty()) {
      throw new UsageException("crash-sweep wants either COMMAND or --replay");
    }
    invocation.workOnImage(image);
    DeviceAddress address = ImageOptions.address(image, arguments);
    SweepArguments wanted = SweepArguments.of(arguments);
    try (ScratchFolder scratch = ScratchFolder.create();
        BlockDevice base =
            invocation.open(
                new DeviceAddress(address.path(), new Place.Offset(0)), AccessMode.READ_ONLY)) {
      if (replay != null) {
        try (WriteLog log = WriteLog.read(Path.of(replay))) {
          return judge(invocation, log, base, address.place(), wanted, scratch);
        }
      }
      String kept = arguments.value(LOG);
      Path path = kept == null ? scratch.path().resolve("log") : Path.of(kept);
      if (Files.exists(path) && Files.isSameFile(path, Path.of(address.path()))) {
        throw new UsageException("--log would overwrite the image");
      }
      try (WriteLog log = WriteLog.create(path)) {
        RecordedCommand command = new RecordedCommand(invocation, address, base, log);
        int status = command.run(words);
        if (status != ExitStatus.OK) {
          return status;
        }
        return judge(invocation, log, base, command.place(), wanted, scratch);
      }
    }
  }

  private static int judge(
      Invocation invocation,
      WriteLog log,
      BlockDevice base,
      Place place,
      SweepArguments wanted,
      ScratchFolder scratch)
      throws IOException, UsageException {
    Window window = Window.of(base, place);
    boolean hasJournal = hasJournal(base, window);
    SweepOptions options = wanted.options(hasJournal, scratch.path());
    if (!options.checker().isAsked() && !hasJournal) {
      invocation.warn(
          "without e2fsck and a journal, a state that calls for a repair counts as bad");
    }
    SweepReport report;
    try (Progress progress = Progress.of(invocation)) {
      report = Sweep.run(log, base, window, options, progress);
    }
    SweepPrinter printer = new SweepPrinter(invocation, report, options);
    if (invocation.arguments().has(ImageOptions.JSON)) {
      printer.writeJson();
    } else {
      printer.print();
    }
    if (!report.faultOfBase().isEmpty()) {
      invocation.tell("the image is not sound before the command: " + report.faultOfBase());
      return ExitStatus.CORRUPT;
    }
    if (report.recording().writeCount() == 0) {
      invocation.warn("nothing was written: there was nothing to lose");
    }
    return report.isGood() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  @SuppressWarnings("MustBeClosedChecker") // the caller closes the base
  private static boolean hasJournal(BlockDevice base, Window window) throws IOException {
    BlockDevice slice = Devices.locate(base, new Place.Offset(window.startByte()), new Ext4Probe());
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(slice, OpenOptions.readOnly())) {
      return fileSystem.info().features().contains("has_journal");
    }
  }
}
