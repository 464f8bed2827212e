package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.Listing;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.image.TreeWalk;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.show.ListingJson;
import dev.ext4j.cli.show.ListingText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.model.FileStat;
import java.io.IOException;

/** The command {@code ext4j ls}, which lists directories as ls(1) does, or whole trees as JSON. */
public final class LsCommand implements Command {
  private static final OptionSyntax LONG =
      OptionSyntax.flag(
          "Print type, mode, links, owner, group, size and time as well.", "--long", "-l");
  private static final OptionSyntax RECURSIVE =
      OptionSyntax.flag("List the directories inside as well.", "--recursive", "-R");
  private static final OptionSyntax ALL =
      OptionSyntax.flag("List '.' and '..' as well.", "--all", "-a");
  private static final OptionSyntax INODE =
      OptionSyntax.flag("Print inode numbers as well.", "--inode", "-i");
  private static final OptionSyntax DIRECTORY =
      OptionSyntax.flag("List a directory itself, not its entries.", "--directory", "-d");
  private static final OptionSyntax UNSORTED =
      OptionSyntax.flag("Keep the order on disk instead of sorting by name.", "--unsorted", "-U");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("ls", "Lists a directory or a whole tree.")
        .detail("Names that begin with a dot are listed. Times are in UTC.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(
            "DIR",
            "The directory or file in the image: /path, <12> or ino:12. Default: the root"
                + " directory.")
        .option(LONG)
        .option(RECURSIVE)
        .option(ALL)
        .option(INODE)
        .option(DIRECTORY)
        .option(UNSORTED)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example("ext4j ls disk.img", "Lists the root directory.")
        .example(
            "ext4j ls -l disk.img@p2:/etc",
            "Lists a directory of the second partition, with details.")
        .example(
            "ext4j ls -R --json disk.img | jq -r '.entries[].path'",
            "Prints the path of every entry.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    Target target = Target.of(arguments, "/").withoutRest();
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      if (arguments.has(ImageOptions.JSON)) {
        try (JsonDocument json = image.document("ext4j.ls/1")) {
          json.name("image", target.image()).name("path", target.file()).beginArray("entries");
          ListingJson listing = new ListingJson(json, image.fileSystem());
          int status = list(invocation, image, listing, target.file());
          json.endArray().finish();
          return status;
        }
      }
      ListingText listing =
          new ListingText(
              invocation.out(),
              image.fileSystem(),
              arguments.has(LONG),
              arguments.has(INODE),
              arguments.has(RECURSIVE));
      return list(invocation, image, listing, target.file());
    }
  }

  private static int list(Invocation invocation, OpenImage image, Listing listing, String file)
      throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    if (arguments.has(DIRECTORY)) {
      FileStat stat = image.file(file).stat();
      listing.entry("", file, stat.id().inode(), stat.type());
      return ExitStatus.OK;
    }
    boolean recursive = arguments.has(RECURSIVE);
    boolean sorted = !arguments.has(UNSORTED);
    return new TreeWalk(invocation, image, listing, recursive, arguments.has(ALL), sorted)
        .run(file);
  }
}
