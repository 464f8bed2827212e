package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.show.JournalInfoPrinter;
import dev.ext4j.cli.show.JournalLogJson;
import dev.ext4j.cli.show.JournalLogText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.FileArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.model.RecoveryReport;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The command {@code ext4j journal}, which shows the journal and its contents, and replays it. */
public final class JournalCommand implements Command {
  private static final String INFO = "info";
  private static final String LOG = "log";
  private static final String REPLAY = "replay";

  private static final OptionSyntax INODE =
      OptionSyntax.value(
          "FILE",
          "Print only the entries that concern this inode, given by number or path. Only with log.",
          "--inode");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("journal", "Shows the journal and its contents, or replays it.")
        .detail(
            "A journal that needs recovery holds changes that have not reached their home blocks"
                + " yet. The next command that writes to the image replays it, and so does the"
                + " action replay. The actions info and log change nothing.")
        .detail(
            "The use of a logged block is determined by the state after the replay. A block that"
                + " was freed since is shown as unknown.")
        .action(
            List.of(INFO, LOG, REPLAY),
            "info: show the place, size and features of the journal, and what a replay would do."
                + " log: show every transaction with its blocks, revoke records and fast commits."
                + " replay: write all changes to their home blocks, and finish the deletions and"
                + " truncations that the crash cut off (orphans).")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(INODE)
        .option(ImageOptions.WAIT)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example(
            "ext4j journal info disk.img",
            "Shows whether the journal needs recovery, and what a replay would do.")
        .example("ext4j journal log disk.img", "Shows what a crash left in the journal.")
        .example("ext4j journal replay disk.img", "Recovers a file system after a crash.")
        .example(
            "ext4j journal log --inode 12 disk.img", "Shows the entries that concern inode 12.")
        .example(
            "ext4j journal log --json disk.img | jq .end.reason",
            "Prints the reason why the log ends where it does.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    String imageName = arguments.parameter(1);
    boolean log = arguments.parameter(0).equals(LOG);
    if (arguments.has(INODE) && !log) {
      throw new UsageException("--inode only has a meaning with 'journal log'");
    }
    if (arguments.parameter(0).equals(REPLAY)) {
      return replay(invocation, imageName);
    }
    try (OpenImage image = OpenImage.forReading(invocation, imageName)) {
      boolean json = arguments.has(ImageOptions.JSON);
      if (log) {
        log(invocation, image, imageName, json);
      } else if (json) {
        try (JsonDocument document = image.document("ext4j.journal-info/1")) {
          document.name("image", imageName);
          JournalInfoPrinter.write(document, image.fileSystem().inspect().journal());
          document.finish();
        }
      } else {
        JournalInfoPrinter.print(invocation.out(), image.fileSystem().inspect().journal());
      }
    }
    return ExitStatus.OK;
  }

  private static int replay(Invocation invocation, String imageName)
      throws IOException, UsageException {
    boolean json = invocation.arguments().has(ImageOptions.JSON);
    try (OpenImage image = OpenImage.forWriting(invocation, imageName)) {
      image.fileSystem().sync();
      invocation.vouch("replay");
      RecoveryReport report = image.fileSystem().recovery().orElseThrow();
      if (json) {
        try (JsonDocument document = image.document("ext4j.journal-replay/1")) {
          document.name("image", imageName).flag("replayed", report.replayed());
          document.number("transactions", report.transactions()).number("blocks", report.blocks());
          document.number("bytes", report.blocks() * image.blockSize());
          document.number("fast_commits", report.fastCommits());
          document.number("orphans_deleted", report.deletedOrphans());
          document.number("orphans_truncated", report.truncatedOrphans());
          document.flag("orphans_skipped", report.skippedOrphans()).finish();
        }
      } else if (report.replayed()) {
        Output out = invocation.out();
        out.text("transactions replayed: ").number(report.transactions()).line();
        out.text("blocks written:        ").number(report.blocks()).line();
        out.text("fast commits replayed: ").number(report.fastCommits()).line();
        out.text("orphans deleted:       ").number(report.deletedOrphans()).line();
        out.text("orphans cut down:      ").number(report.truncatedOrphans()).line();
      } else {
        invocation.out().line("the journal needs no recovery");
      }
    }
    return ExitStatus.OK;
  }

  private static void log(Invocation invocation, OpenImage image, String imageName, boolean json)
      throws IOException, UsageException {
    String inode = invocation.arguments().value(INODE);
    if (json) {
      try (JournalLogJson rows = new JournalLogJson(image, imageName)) {
        visit(image, inode, rows);
        rows.finish();
      }
    } else if (!image.fileSystem().info().features().contains("has_journal")) {
      invocation.out().line(JournalInfoPrinter.NO_JOURNAL);
    } else {
      visit(image, inode, new JournalLogText(invocation.out()));
    }
  }

  private static void visit(OpenImage image, @Nullable String inode, JournalVisitor visitor)
      throws IOException, UsageException {
    if (inode == null) {
      image.fileSystem().inspect().visitJournal(OptionalLong.empty(), visitor);
      return;
    }
    // The inode with this number need not be in use, because the journal may show how it was freed.
    long number =
        FileArgument.parse(inode) instanceof FileAddress.Inode byNumber
            ? byNumber.number()
            : image.file(inode).stat().id().inode();
    image.fileSystem().inspect().visitJournal(OptionalLong.of(number), visitor);
  }
}
