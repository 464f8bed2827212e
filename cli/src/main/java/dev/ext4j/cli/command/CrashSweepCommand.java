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
 * The command {@code ext4j crash-sweep}, which proves on the user's image that a command is safe
 * against crashes.
 */
public final class CrashSweepCommand implements Command {
  private static final OptionSyntax LOG =
      OptionSyntax.value("FILE", "Keep the record of writes in FILE (X4WLOG01).", "--log");
  private static final OptionSyntax REPLAY =
      OptionSyntax.value(
          "FILE", "Judge a record of writes that exists, instead of running COMMAND.", "--replay");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named(
            "crash-sweep", "Runs a command on a copy and judges every state a crash could leave.")
        .detail(
            "The image is only read: what COMMAND writes goes to memory and into a record. Crash"
                + " states are made of the record: cut after every write; of the writes that were"
                + " not flushed all but one, one alone, random subsets; a write torn between"
                + " sectors. Of each, every file must be as before the command or as after it, or"
                + " as after some step that the command had finished, and what a finished step did"
                + " must not be lost. Then e2fsck, where it is installed, must be content: with"
                + " nothing to find once the journal is replayed; or, where the superblock says"
                + " that a check is needed, as without a journal, with a repair that loses"
                + " nothing. What a command does when nothing goes wrong is not judged.")
        .detail(
            "COMMAND is any command of ext4j that works on IMG, which can be written {} in it. What"
                + " it prints goes to standard error. Exit status: 0 all states are good, 1 one is"
                + " not, 3 the image is not sound before the command; if COMMAND itself fails, its"
                + " own.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .repeated("COMMAND", "The command and its words, behind --.")
        .options(SweepArguments.ALL)
        .option(LOG)
        .option(REPLAY)
        .option(Progress.OPTION)
        .option(ImageOptions.JSON)
        .option(ImageOptions.OFFSET)
        .example("ext4j crash-sweep disk.img -- punch {} /var/db 1M 64K", "Is this punch safe?")
        .example(
            "ext4j crash-sweep --keep bad disk.img@p2 -- batch {} -f edits.txt",
            "The same of a script, in a partition; bad states are kept as images.")
        .example(
            "ext4j crash-sweep --replay run.log disk.img", "Judges what --log or a tool recorded.");
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

  @SuppressWarnings("MustBeClosedChecker") // the slice ends with the device
  private static boolean hasJournal(BlockDevice base, Window window) throws IOException {
    BlockDevice slice = Devices.locate(base, new Place.Offset(window.startByte()), new Ext4Probe());
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(slice, OpenOptions.readOnly())) {
      return fileSystem.info().features().contains("has_journal");
    }
  }
}
