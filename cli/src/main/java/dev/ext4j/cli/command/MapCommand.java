package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.show.LayersPrinter;
import dev.ext4j.cli.show.MapJson;
import dev.ext4j.cli.show.MapText;
import dev.ext4j.cli.show.TreeJson;
import dev.ext4j.cli.show.TreeText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.FileStat;
import java.io.IOException;
import java.util.List;

/**
 * The command {@code ext4j map}, which shows the blocks of a file's content as filefrag(8) does.
 */
public final class MapCommand implements Command {
  private static final OptionSyntax TREE =
      OptionSyntax.flag(
          "Print the nodes and entries of the extent tree instead of the map.", "--tree");
  private static final OptionSyntax HOLES =
      OptionSyntax.flag("Print the holes up to the end of the file as well.", "--holes");
  private static final OptionSyntax LAYERS =
      OptionSyntax.choice(
          "--layers",
          List.of("disk,es", "disk"),
          "Print the mapping on disk (disk), or print it next to the extent status tree, which"
              + " holds the mapping in memory once it is loaded (disk,es).");
  private static final OptionSyntax UNIT =
      OptionSyntax.value(
          "SIZE",
          "The unit of the numbers in text, a power of 2, for example 1 or 1K. Default: one block."
              + " A backup superblock is chosen by --superblock.",
          "--unit",
          "-b");
  private static final OptionSyntax KIBIBYTES =
      OptionSyntax.flag("The same as -b 1K, as in filefrag.", "-k");
  private static final OptionSyntax AS_ALWAYS =
      OptionSyntax.flag("Print the extents one by one, as in filefrag. Always done.", "-v", "-e");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("map", "Shows where the content of a file is on the disk.")
        .detail("The columns and flags are those of filefrag -v. In JSON all numbers are bytes.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(Target.FILE_LABEL, Target.FILE_DESCRIPTION)
        .option(TREE)
        .option(HOLES)
        .option(LAYERS)
        .option(UNIT)
        .option(KIBIBYTES)
        .option(AS_ALWAYS)
        .option(ImageOptions.JSON)
        .options(ImageOptions.WITHOUT_SHORT_SUPERBLOCK)
        .example("ext4j map disk.img /var/db", "Shows the extents of a file, in blocks.")
        .example("ext4j map --holes -b 1 disk.img:/var/db", "Shows the holes as well, in bytes.")
        .example(
            "ext4j map --layers disk,es disk.img 12",
            "Shows the mapping on disk and the status tree.")
        .example("ext4j map --tree disk.img 12", "Shows the extent tree of inode 12.")
        .example(
            "ext4j map --json disk.img /var/db | jq '.extents|length'",
            "Prints the number of extents.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    Target target = Target.of(arguments).withoutRest();
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      Ext4File file = image.followed(target.file());
      FileStat stat = file.stat();
      int blockSize = image.blockSize();
      Holes holes = arguments.has(HOLES) ? Holes.SHOWN : Holes.OMITTED;
      boolean tree = arguments.has(TREE);
      boolean layers = "disk,es".equals(arguments.value(LAYERS));
      if (layers && tree) {
        throw new UsageException("either --layers or --tree");
      }
      if (layers) {
        file.inspect().precache();
      }
      if (arguments.has(ImageOptions.JSON)) {
        String schema = tree ? "ext4j.tree/1" : layers ? "ext4j.layers/1" : "ext4j.map/1";
        try (JsonDocument json = image.document(schema)) {
          json.name("image", target.image()).name("path", target.file());
          json.number("ino", stat.id().inode()).number("size", stat.size());
          json.number("block_size", blockSize);
          json.text("mapping", stat.mappingKind().name().toLowerCase(java.util.Locale.ROOT));
          if (tree) {
            new TreeJson(json, blockSize).write(file);
          } else if (layers) {
            new LayersPrinter(blockSize, blockSize).write(json, file);
          } else {
            new MapJson(json, stat, blockSize).write(file, holes);
          }
          json.finish();
        }
      } else if (tree) {
        new TreeText(invocation.out()).print(file);
      } else if (layers) {
        new LayersPrinter(blockSize, unit(arguments, blockSize)).print(invocation.out(), file);
      } else {
        MapText table =
            new MapText(
                invocation.out(), target.file(), stat, blockSize, unit(arguments, blockSize));
        table.print(file, holes);
      }
    }
    return ExitStatus.OK;
  }

  private static long unit(Arguments arguments, int blockSize) throws UsageException {
    String unit = arguments.value(UNIT);
    if (unit == null) {
      return arguments.has(KIBIBYTES) ? 1024 : blockSize;
    }
    long bytes = ByteSize.parse(unit).bytes(blockSize);
    if (Long.bitCount(bytes) != 1) {
      throw new UsageException(
          "the unit " + unit + " is not a power of 2; a backup superblock is --superblock BLOCK");
    }
    return bytes;
  }
}
