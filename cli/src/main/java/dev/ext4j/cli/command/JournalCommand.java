package dev.ext4j.cli.command;

import dev.ext4j.cli.ExitStatus;
import dev.ext4j.cli.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.FileArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.JournalVisitor;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ext4j journal}: what the journal is, and what is in it. */
public final class JournalCommand implements Command {
  private static final String INFO = "info";
  private static final String LOG = "log";

  private static final OptionSyntax INODE =
      OptionSyntax.value(
          "FILE",
          "With log: only what concerns this inode, given by number or by a path.",
          "--inode");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("journal", "Shows the journal and what is in it.")
        .detail(
            "A journal that needs recovery holds changes that have not reached their places yet."
                + " Nothing is changed here; whoever writes next replays it.")
        .detail(
            "What a logged block is used for is told by the state after the replay. What has been"
                + " freed since is shown as unknown.")
        .action(
            List.of(INFO, LOG),
            "info: where it is, its size and features, and what a replay would do. log: every"
                + " transaction with its blocks, revoke records and fast commits.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(INODE)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example("ext4j journal info disk.img", "Whether it needs recovery, and of how much.")
        .example("ext4j journal log disk.img", "What a crash left in it.")
        .example("ext4j journal log --inode 12 disk.img", "What of that concerns inode 12.")
        .example(
            "ext4j journal log --json disk.img | jq .end.reason",
            "Why the log ends where it does.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    String imageName = arguments.parameter(1);
    boolean log = arguments.parameter(0).equals(LOG);
    if (arguments.has(INODE) && !log) {
      throw new UsageException("--inode only has a meaning with 'journal log'");
    }
    try (OpenImage image = OpenImage.forReading(invocation, imageName)) {
      boolean json = arguments.has(ImageOptions.JSON);
      if (log) {
        log(invocation, image, imageName, json);
      } else if (json) {
        try (JsonDocument document = image.document("ext4j.journal-info/1")) {
          document.name("image", imageName);
          JournalInfoPrinter.write(document, image.fileSystem().journalInfo());
          document.finish();
        }
      } else {
        JournalInfoPrinter.print(invocation.out(), image.fileSystem().journalInfo());
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
      image.fileSystem().visitJournal(visitor);
      return;
    }
    // A number need not be an inode in use: the journal may tell how it went.
    long number =
        FileArgument.parse(inode) instanceof FileAddress.Inode byNumber
            ? byNumber.number()
            : image.file(inode).stat().inodeNumber();
    image.fileSystem().visitJournal(number, visitor);
  }
}
