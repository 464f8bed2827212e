package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.show.structure.DumpJson;
import dev.ext4j.cli.show.structure.DumpText;
import dev.ext4j.cli.show.structure.HashTreeJson;
import dev.ext4j.cli.show.structure.HashTreeText;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.FileArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.inspect.HashTreeDump;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.inspect.StructureDump;
import java.io.IOException;
import java.util.regex.Pattern;

/** The command {@code ext4j dump}, which shows structures on disk field by field. */
public final class DumpCommand implements Command {
  private static final String SCHEMA = "ext4j.dump/1";
  private static final String SUPERBLOCK = "superblock";
  private static final String BLOCK = "block:";
  private static final String GROUP = "group:";

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private static final OptionSyntax HTREE =
      OptionSyntax.flag(
          "Show the hash tree of a directory: the index blocks with their hashes, and for each leaf"
              + " the number of entries and the range of hashes.",
          "--htree");

  private static final OptionSyntax RAW =
      OptionSyntax.flag("Show the bytes in hexadecimal and ASCII instead of the fields.", "--raw");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("dump", "Shows a block, an inode or the superblock field by field.")
        .detail(
            "A field has its name in the kernel, its offset in the structure, its value and its"
                + " meaning. The use of a block is found from the structures of its group and from"
                + " the inodes. A block with content is shown in hexadecimal.")
        .detail(
            "Damaged structures are shown as their bytes say, with the contradictions that were"
                + " found. If the journal needs recovery, the state after the replay is shown."
                + " Nothing is written.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(
            "WHAT",
            "block:N, group:N (the descriptor of a group), superblock, or an inode: /path, <12>,"
                + " ino:12 or 12. Image and path can be one word, IMG:/path.")
        .option(HTREE)
        .option(RAW)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example("ext4j dump disk.img '<12>'", "Shows every field of inode 12.")
        .example("ext4j dump disk.img block:1234", "Shows what block 1234 is and contains.")
        .example("ext4j dump disk.img superblock", "Shows every field of the superblock.")
        .example("ext4j dump --htree disk.img /home", "Shows the hash tree of a directory.")
        .example(
            "ext4j dump --json disk.img group:0 | jq .structures[0].fields",
            "Prints a group descriptor for a script.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    if (arguments.parameterCount() == 1 && !arguments.parameter(0).contains(":/")) {
      throw new UsageException("missing WHAT: block:N, group:N, superblock, or an inode");
    }
    Target target = Target.of(arguments).withoutRest();
    if (arguments.has(HTREE) && arguments.has(RAW)) {
      throw new UsageException("--htree and --raw exclude each other");
    }
    if (arguments.has(HTREE) && !isInode(target.file())) {
      throw new UsageException("--htree only has a meaning with a directory");
    }
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      invocation.workOnFile(target.file());
      if (arguments.has(HTREE)) {
        hashTree(invocation, image, target);
      } else {
        structures(invocation, image, target);
      }
    }
    return ExitStatus.OK;
  }

  private static boolean isInode(String word) {
    return !word.equals(SUPERBLOCK) && !word.startsWith(BLOCK) && !word.startsWith(GROUP);
  }

  private static void structures(Invocation invocation, OpenImage image, Target target)
      throws IOException, UsageException {
    StructureDump dump = find(image, target.file());
    boolean raw = invocation.arguments().has(RAW);
    if (invocation.arguments().has(ImageOptions.JSON)) {
      try (JsonDocument json = image.document(SCHEMA)) {
        json.name("image", target.image()).name("what", target.file());
        DumpJson writer = new DumpJson(json, image.blockSize());
        if (raw) {
          writer.writeRaw(dump);
        } else {
          writer.write(dump);
        }
        json.finish();
      }
    } else if (raw) {
      new DumpText(invocation.out()).printRaw(dump);
    } else {
      new DumpText(invocation.out()).print(dump);
    }
  }

  private static StructureDump find(OpenImage image, String word)
      throws IOException, UsageException {
    Inspection inspection = image.fileSystem().inspect();
    if (word.equals(SUPERBLOCK)) {
      return inspection.dumpSuperblock();
    }
    if (word.startsWith(BLOCK)) {
      return inspection.dumpBlock(number(word, BLOCK));
    }
    if (word.startsWith(GROUP)) {
      return inspection.dumpGroup(number(word, GROUP));
    }
    return inspection.dumpInode(inode(image, word));
  }

  private static void hashTree(Invocation invocation, OpenImage image, Target target)
      throws IOException, UsageException {
    HashTreeDump tree = image.fileSystem().inspect().dumpHashTree(inode(image, target.file()));
    if (invocation.arguments().has(ImageOptions.JSON)) {
      try (JsonDocument json = image.document(SCHEMA)) {
        json.name("image", target.image()).name("what", target.file());
        new HashTreeJson(json, image.blockSize()).write(tree);
        json.finish();
      }
    } else {
      new HashTreeText(invocation.out()).print(tree);
    }
  }

  private static long number(String word, String prefix) throws UsageException {
    String digits = word.substring(prefix.length());
    if (!NUMBER.matcher(digits).matches()) {
      throw new UsageException("'" + word + "': want " + prefix + "N, a decimal number");
    }
    return Long.parseLong(digits);
  }

  /** Returns the inode number that a word means. The inode with a number need not be in use. */
  private static long inode(OpenImage image, String word) throws IOException, UsageException {
    return FileArgument.parse(word) instanceof FileAddress.Inode byNumber
        ? byNumber.number()
        : image.file(word).stat().id().inode();
  }
}
