package dev.ext4j.cli.command;

import dev.ext4j.cli.edit.Edit;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.FileStat;
import java.io.IOException;

/**
 * The command that makes the change of an {@link Edit}. It opens the image, makes the change
 * durable, and prints the result.
 */
final class EditCommand implements Command {
  private static final OptionSyntax VERBOSE =
      OptionSyntax.flag(
          "Print the size and the allocated bytes, before and after the change.",
          "--verbose",
          "-v");
  private static final int SECTOR = 512;

  private final Edit edit;

  EditCommand(Edit edit) {
    this.edit = edit;
  }

  @Override
  public CommandSyntax syntax() {
    CommandSyntax syntax =
        CommandSyntax.named(edit.name(), edit.summary())
            .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
            .required(Target.FILE_LABEL, Target.FILE_DESCRIPTION);
    edit.addHelp(edit.addWords(syntax));
    return syntax
        .detail(
            "The change goes through the journal, if there is one. By default nothing is printed.")
        .option(VERBOSE)
        .options(ImageOptions.WRITING)
        .option(Progress.OPTION)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL);
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    Target target = Target.of(arguments);
    Edit.Words words = new Edit.Words(target.rest(), arguments, invocation.console().in());
    try (Edit.Change change = edit.parse(words);
        OpenImage image = OpenImage.forWriting(invocation, target.image())) {
      Ext4File file = image.followed(target.file());
      FileStat before = file.stat();
      try (Progress progress = Progress.of(invocation)) {
        change.apply(file, image.blockSize(), progress);
      }
      image.fileSystem().sync();
      invocation.vouch(edit.name());
      FileStat after = file.stat();
      if (arguments.has(ImageOptions.JSON)) {
        print(image, target, before, after);
      } else if (arguments.has(VERBOSE)) {
        print(invocation.out(), target, before, after);
      }
    }
    return ExitStatus.OK;
  }

  private void print(OpenImage image, Target target, FileStat before, FileStat after)
      throws IOException {
    try (JsonDocument json = image.document("ext4j." + edit.name() + "/1")) {
      json.name("image", target.image()).name("path", target.file());
      json.number("size_before", before.size()).number("size", after.size());
      json.number("allocated_bytes_before", before.sectors() * SECTOR);
      json.number("allocated_bytes", after.sectors() * SECTOR).finish();
    }
  }

  private static void print(Output out, Target target, FileStat before, FileStat after)
      throws IOException {
    out.name(target.file()).text(": size ").number(before.size()).text(" -> ");
    out.number(after.size()).text(", allocated bytes ").number(before.sectors() * SECTOR);
    out.text(" -> ").number(after.sectors() * SECTOR).line();
  }
}
