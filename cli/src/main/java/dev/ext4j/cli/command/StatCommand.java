package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.UtcTime;
import dev.ext4j.cli.show.Modes;
import dev.ext4j.cli.show.StatJson;
import dev.ext4j.cli.show.XattrJson;
import dev.ext4j.cli.show.XattrText;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.Locale;

/** The command {@code ext4j stat}, which shows an inode as stat(1) and lsattr(1) do. */
public final class StatCommand implements Command {
  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("stat", "Shows the inode of a file.")
        .detail("For a symbolic link, the inode of the link is shown, not that of its target.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(Target.FILE_LABEL, Target.FILE_DESCRIPTION)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example(
            "ext4j stat disk.img /etc/hosts",
            "Shows the size, owner, times and attributes of a file.")
        .example("ext4j stat disk.img '<12>'", "Shows the same of inode 12, whatever its name is.")
        .example(
            "ext4j stat --json disk.img:/etc/hosts | jq .size", "Prints one value for a script.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Target target = Target.of(invocation.arguments()).withoutRest();
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      Ext4File file = image.file(target.file());
      FileStat stat = file.stat();
      String linkTarget =
          stat.type() == FileType.SYMBOLIC_LINK ? RawText.decode(file.readLink()) : "";
      if (invocation.arguments().has(ImageOptions.JSON)) {
        printJson(image, target, stat, linkTarget);
      } else {
        print(invocation.out(), target.file(), stat, linkTarget, image.blockSize());
        new XattrText(invocation.out()).print(image.fileSystem().inodes(), stat.id().inode());
      }
    }
    return ExitStatus.OK;
  }

  private static void print(
      Output out, String file, FileStat stat, String linkTarget, int blockSize) throws IOException {
    out.text("  File: ").name(file);
    if (stat.type() == FileType.SYMBOLIC_LINK) {
      out.text(" -> ").name(linkTarget);
    }
    out.line();
    out.text("  Size: ").left(Long.toString(stat.size()), 15);
    out.text(" Blocks: ").left(Long.toString(stat.sectors()), 10);
    out.text(" IO Block: ").left(Integer.toString(blockSize), 6);
    out.text(" ").line(Modes.description(stat.type(), stat.size()));
    out.text(" Inode: ").left(Long.toString(stat.id().inode()), 15);
    out.text(" Links: ").left(Long.toString(stat.linkCount()), 11);
    if (isDevice(stat.type())) {
      out.text(" Device type: ")
          .number(stat.device().major())
          .ascii(',')
          .number(stat.device().minor());
    }
    out.line();
    out.text("Access: (0").text(Integer.toOctalString(stat.permissions())).ascii('/');
    out.text(Modes.letters(stat.type(), stat.permissions()));
    out.text(")  Uid: ")
        .number(stat.owner().userId())
        .text("  Gid: ")
        .number(stat.owner().groupId());
    out.text("  Project: ").number(stat.owner().projectId()).line();
    out.text(" Flags: ").text(Modes.attributes(stat.flags()));
    out.text(" (0x").text(Long.toHexString(stat.raw().flags())).text(")  Mapping: ");
    out.line(mapping(stat));
    out.text("Generation: ").number(stat.id().generation()).text("  Version: ");
    out.text(Long.toUnsignedString(stat.version())).text("  Attribute block: ");
    out.number(stat.raw().xattrBlock()).line();
    out.text("Access: ").line(UtcTime.nanoseconds(stat.times().access()));
    out.text("Modify: ").line(UtcTime.nanoseconds(stat.times().modification()));
    out.text("Change: ").line(UtcTime.nanoseconds(stat.times().change()));
    out.text(" Birth: ");
    out.line(
        stat.times().creation().isPresent()
            ? UtcTime.nanoseconds(stat.times().creation().get())
            : "-");
    if (stat.raw().deletionTime() != 0) {
      out.text("Delete: ");
      out.line(
          UtcTime.seconds(java.time.Instant.ofEpochSecond(stat.raw().deletionTime())) + " +0000");
    }
  }

  private static boolean isDevice(FileType type) {
    return type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
  }

  private static String mapping(FileStat stat) {
    return stat.mappingKind().name().toLowerCase(Locale.ROOT);
  }

  private static void printJson(OpenImage image, Target target, FileStat stat, String linkTarget)
      throws IOException {
    try (JsonDocument json = image.document("ext4j.stat/1")) {
      json.name("image", target.image()).name("path", target.file());
      StatJson.write(json, stat, linkTarget);
      json.number("project", stat.owner().projectId()).number("blocks512", stat.sectors());
      json.number("allocated_bytes", stat.sectors() * 512);
      json.time("atime", stat.times().access()).time("ctime", stat.times().change());
      if (stat.times().creation().isPresent()) {
        json.time("crtime", stat.times().creation().get());
      }
      json.number("dtime", stat.raw().deletionTime()).number("generation", stat.id().generation());
      json.unsigned("version", stat.version()).number("flags_raw", stat.raw().flags());
      json.beginArray("flags");
      for (FileFlag flag : stat.flags()) {
        json.element(flag.name().toLowerCase(Locale.ROOT));
      }
      json.endArray().text("attributes", Modes.attributes(stat.flags()));
      json.number("xattr_block", stat.raw().xattrBlock()).text("mapping", mapping(stat));
      XattrJson.write(json, image.fileSystem().inodes(), stat.id().inode());
      json.finish();
    }
  }
}
