package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.show.InfoJson;
import dev.ext4j.cli.show.InfoText;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;

/**
 * The command {@code ext4j info}, which shows the superblock as {@code dumpe2fs -h} does, and the
 * groups as {@code dumpe2fs} does.
 */
public final class InfoCommand implements Command {
  private static final OptionSyntax VERBOSE =
      OptionSyntax.flag(
          "Show more of the superblock, what each feature means, the journal, and all block"
              + " groups.",
          "--verbose",
          "-v");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("info", "Shows the superblock of a file system.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(VERBOSE)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example(
            "ext4j info disk.img",
            "Shows the file system in disk.img, or in its only ext4 partition.")
        .example("ext4j info -v disk.img", "Shows all block groups, too.")
        .example("ext4j info --json disk.img@p2 | jq .free_bytes", "Prints one value for a script.")
        .example("ext4j info -b 32768 disk.img", "Shows the content of a backup superblock.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    String imageName = invocation.arguments().parameter(0);
    boolean verbose = invocation.arguments().has(VERBOSE);
    try (OpenImage image = OpenImage.forReading(invocation, imageName)) {
      if (invocation.arguments().has(ImageOptions.JSON)) {
        json(image, imageName, verbose);
      } else {
        text(invocation, image, verbose);
      }
    }
    return ExitStatus.OK;
  }

  private static void json(OpenImage image, String imageName, boolean verbose) throws IOException {
    try (JsonDocument document = image.document("ext4j.info/1")) {
      document.name("image", imageName);
      InfoJson info = new InfoJson(document, image.fileSystem().info());
      info.write();
      info.write(image.fileSystem().inspect().superblock());
      if (verbose) {
        document.beginArray("group_list");
        image.fileSystem().inspect().groups(info);
        document.endArray();
      }
      document.finish();
    }
  }

  private static void text(Invocation invocation, OpenImage image, boolean verbose)
      throws IOException {
    InfoText info = new InfoText(invocation.out(), image.fileSystem().info());
    info.print();
    if (verbose) {
      info.print(image.fileSystem().inspect().superblock());
      info.printJournal(image.fileSystem().inspect());
      image.fileSystem().inspect().groups(info);
    }
  }
}
