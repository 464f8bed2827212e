package dev.ext4j.cli.command;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.show.FsckJson;
import dev.ext4j.cli.show.FsckText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.fsck.FsckOptions;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** The command {@code ext4j fsck}, which checks whole file systems. */
public final class FsckCommand implements Command {
  private static final OptionSyntax NO =
      OptionSyntax.flag("Change nothing, which is all that there is.", "-n");
  private static final OptionSyntax YES =
      OptionSyntax.flag("Repair: not built yet, and refused.", "-y");
  private static final OptionSyntax PREEN =
      OptionSyntax.flag("Repair what is safe: not built yet, and refused.", "-p", "-a");
  private static final OptionSyntax FORCE =
      OptionSyntax.flag("Check even what is marked as clean, which is done in any case.", "-f");
  private static final OptionSyntax VERBOSE =
      OptionSyntax.flag("Print what was counted, and what each pass took.", "-v", "--verbose");
  private static final OptionSyntax VIEW =
      OptionSyntax.choice(
          "--view",
          List.of("replayed", "ondisk"),
          "Check the state after the journal's replay, which is done in memory (replayed, the"
              + " default), or the one on disk.");
  private static final OptionSyntax SHORT_JOURNAL =
      OptionSyntax.value(
          "DEV",
          "Device or file that holds the journal, if it is not in the image.",
          "--journal",
          "-j");

  private static final OptionSyntax BUDGET =
      OptionSyntax.value(
          "SIZE",
          "Memory for the tables of the check; what does not fit lies in a temporary file, which is"
              + " slower. Default: 128M.",
          "--budget");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("fsck", "Finds what is wrong with file systems.")
        .detail(
            "Checks superblock, groups, journal, inodes with all that they map, directories,"
                + " connections, link counts, bitmaps and counters, as e2fsck -fn does, and prints"
                + " one line for each problem. Nothing is written. Where the journal holds what has"
                + " not reached its place yet, the state after its replay is checked. Exit status,"
                + " as fsck(8) adds them up over all images: 0 clean, 4 errors, 8 the check could"
                + " not be done or not to its end, 16 usage.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .repeated(ImageOptions.LABEL, "More of them.")
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
        .example("ext4j fsck disk.img", "Is anything wrong?")
        .example("ext4j fsck -v --view=ondisk disk.img@p2", "The state before the replay.");
  }

  @Override
  public int statusOf(Throwable failure) {
    return failure instanceof UsageException ? FsckStatus.USAGE : FsckStatus.OPERATIONAL;
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    if (arguments.has(YES) || arguments.has(PREEN)) {
      throw new UsageException("repair (-y, -p) is not built yet: 'e2fsck -y' does it");
    }
    if (arguments.has(ImageOptions.JSON) && arguments.parameterCount() > 1) {
      throw new UsageException("--json takes one image: its result is one document");
    }
    int status = 0;
    for (String image : arguments.parametersFrom(0)) {
      invocation.workOnImage(image);
      try {
        status |= check(invocation, image);
      } catch (IOException e) {
        invocation.report(e);
        status |= FsckStatus.OPERATIONAL;
      }
      invocation.out().flush();
    }
    return status;
  }

  private static int check(Invocation invocation, String image) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    DeviceAddress journalAddress = ImageOptions.journal(arguments);
    long backup = ImageOptions.superblock(arguments);
    try (BlockDevice device =
            invocation.open(ImageOptions.address(image, arguments), AccessMode.READ_ONLY);
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
      Fsck.Outcome outcome = Fsck.check(device, options, view, progress);
      progress.close();
      print(invocation, image, outcome);
      return FsckStatus.of(outcome.report());
    }
  }

  private static void print(Invocation invocation, String image, Fsck.Outcome outcome)
      throws IOException {
    if (invocation.arguments().has(ImageOptions.JSON)) {
      try (JsonDocument json = new JsonDocument(invocation.out(), "ext4j.fsck/1")) {
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
