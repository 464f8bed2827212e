package dev.ext4j.cli.command;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.image.Diagnosis;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.OutputException;
import dev.ext4j.cli.show.FsckJson;
import dev.ext4j.cli.show.FsckText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** The command {@code ext4j fsck}, which checks whole file systems. */
public final class FsckCommand implements Command {
  private static final String SCHEMA = "ext4j.fsck/1";

  private static final OptionSyntax NO =
      OptionSyntax.flag("Change nothing. No other mode is built yet.", "-n");
  private static final OptionSyntax YES =
      OptionSyntax.flag("Repair the file system. This is not built yet and is refused.", "-y");
  private static final OptionSyntax PREEN =
      OptionSyntax.flag(
          "Repair only what is safe. This is not built yet and is refused.", "-p", "-a");
  private static final OptionSyntax FORCE =
      OptionSyntax.flag(
          "Check a file system even if it is marked as clean. This is always done.", "-f");
  private static final OptionSyntax VERBOSE =
      OptionSyntax.flag(
          "Print the numbers of files by type, and the time and the bytes read of each pass.",
          "-v",
          "--verbose");
  private static final OptionSyntax VIEW =
      OptionSyntax.choice(
          "--view",
          List.of("replayed", "ondisk"),
          "Check the state after a replay of the journal in memory (replayed, the default), or the"
              + " state on disk (ondisk).");
  private static final OptionSyntax SHORT_JOURNAL =
      OptionSyntax.value(
              "DEV",
              "The device or file that holds the journal, if the journal is not in the image.",
              "--journal",
              "-j")
          .completing(Completion.FILE);

  private static final OptionSyntax BUDGET =
      OptionSyntax.value(
          "SIZE",
          "The memory for the tables of the check. Tables that do not fit are kept in a temporary"
              + " file, which is slower. Default: 128M.",
          "--budget");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("fsck", "Checks file systems and prints their problems.")
        .detail(
            "Checks the superblock, groups, journal, inodes with their mappings, directories,"
                + " connectivity, link counts, bitmaps and counters, as e2fsck -fn does, and prints"
                + " one line for each problem. Nothing is written. If the journal holds changes"
                + " that have not reached their home blocks yet, the state after its replay is"
                + " checked. With --json and several images, each result is one line. The exit"
                + " status is combined over all images, as in fsck(8).")
        .exitStatus(ExitStatus.OK, "clean")
        .exitStatus(FsckStatus.ERRORS, "errors")
        .exitStatus(FsckStatus.OPERATIONAL, "the check could not be done or did not reach its end")
        .exitStatus(FsckStatus.USAGE, "wrong usage")
        .exitStatus(FsckStatus.CANCELLED, "the user ended the check")
        .variable("TMPDIR", "The folder for the file of tables that --budget has no room for.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .repeated(ImageOptions.LABEL, "Further images.")
        .option(NO)
        .option(YES)
        .option(PREEN)
        .option(FORCE)
        .option(VERBOSE)
        .option(VIEW)
        .option(BUDGET)
        .option(ImageOptions.JSON)
        .option(Progress.OPTION)
        .option(ImageOptions.OFFSET)
        .option(ImageOptions.SUPERBLOCK)
        .option(ImageOptions.BLOCK_SIZE)
        .option(SHORT_JOURNAL)
        .example("ext4j fsck disk.img", "Checks a file system.")
        .example(
            "ext4j fsck -v --view=ondisk disk.img@p2",
            "Checks the state before the replay, and prints statistics.");
  }

  @Override
  public int statusOf(Throwable failure) {
    if (failure instanceof UsageException) {
      return FsckStatus.USAGE;
    }
    int status = ExitStatus.of(failure);
    return status == ExitStatus.BROKEN_PIPE ? status : FsckStatus.OPERATIONAL;
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    if (arguments.has(YES) || arguments.has(PREEN)) {
      throw new UsageException("repair (-y, -p) is not built yet: 'e2fsck -y' does it");
    }
    invocation.interruption().stopsItself();
    int status = 0;
    for (String image : arguments.parametersFrom(0)) {
      invocation.workOnImage(image);
      try {
        status |= check(invocation, image);
      } catch (OutputException e) {
        throw e;
      } catch (IOException e) {
        if (arguments.has(ImageOptions.JSON)) {
          invocation.reportAsDocument(e, FsckStatus.OPERATIONAL);
        }
        invocation.report(e);
        status |= FsckStatus.OPERATIONAL;
      }
      invocation.out().flush();
      if (invocation.interruption().isRequested()) {
        return status | FsckStatus.CANCELLED;
      }
    }
    return status;
  }

  private static int check(Invocation invocation, String image) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    DeviceAddress journalAddress = ImageOptions.journal(arguments);
    long backup = ImageOptions.superblock(arguments);
    DeviceAddress address = ImageOptions.address(image, arguments);
    try (BlockDevice device = invocation.open(address, AccessMode.READ_ONLY);
        BlockDevice journal =
            journalAddress == null ? null : invocation.open(journalAddress, AccessMode.READ_ONLY);
        Progress progress = Progress.of(invocation)) {
      FsckOptions options =
          FsckOptions.at(Clock.systemUTC().instant().getEpochSecond()).withJournal(journal);
      if (backup > 0) {
        options = options.withBackup(backup, ImageOptions.blockSize(arguments));
      }
      String budget = arguments.value(BUDGET);
      if (budget != null) {
        options = options.withBudget(ByteSize.parse(budget).bytes());
      }
      Fsck.View view =
          "ondisk".equals(arguments.value(VIEW)) ? Fsck.View.ON_DISK : Fsck.View.REPLAYED;
      List<String> warnings = new ArrayList<>();
      OpenImage.warnOfUse(invocation, address, warnings);
      Fsck.Outcome outcome = check(device, options, view, stoppable(invocation, progress));
      progress.close();
      warnings.addAll(outcome.warnings());
      print(invocation, image, new Fsck.Outcome(outcome.report(), warnings));
      return FsckStatus.of(outcome.report());
    }
  }

  /** Adds advice to the failure of a check that found no superblock. */
  private static Fsck.Outcome check(
      BlockDevice device, FsckOptions options, Fsck.View view, ProgressListener progress)
      throws IOException {
    try {
      return Fsck.check(device, options, view, progress);
    } catch (CorruptionException e) {
      throw options.backupSuperblock() == 0 ? Diagnosis.of(device, e) : e;
    }
  }

  /** Returns a listener that ends the check when the user wants the program to end. */
  private static ProgressListener stoppable(Invocation invocation, ProgressListener progress) {
    return (done, total) -> {
      if (invocation.interruption().isRequested()) {
        throw new CancellationException("the check was cancelled");
      }
      progress.progress(done, total);
    };
  }

  private static void print(Invocation invocation, String image, Fsck.Outcome outcome)
      throws IOException {
    if (invocation.arguments().has(ImageOptions.JSON)) {
      boolean several = invocation.arguments().parameterCount() > 1;
      try (JsonDocument json =
          several
              ? JsonDocument.inOneLine(invocation.out(), SCHEMA)
              : new JsonDocument(invocation.out(), SCHEMA)) {
        new FsckJson(json).print(image, outcome);
      }
      return;
    }
    outcome.warnings().forEach(invocation::warn);
    FsckText text = new FsckText(invocation.out(), image);
    text.print(outcome.report());
    if (invocation.arguments().has(VERBOSE)) {
      text.statistics(outcome.report());
    }
  }
}
