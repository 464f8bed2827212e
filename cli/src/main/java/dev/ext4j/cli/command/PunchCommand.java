package dev.ext4j.cli.command;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.cli.edit.RangeEdit;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Progress;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.show.PunchPlanPrinter;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteRangeArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.PunchPlan;
import java.io.IOException;

/**
 * The command {@code ext4j punch}, which deallocates a range of a file. The range then reads as
 * zeros.
 */
public final class PunchCommand implements Command {
  private static final OptionSyntax DRY_RUN =
      OptionSyntax.flag("Print what would change, and change nothing.", "--dry-run", "-n");
  private static final OptionSyntax VERBOSE =
      OptionSyntax.flag("Print the range and the number of bytes freed.", "--verbose", "-v");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named(RangeEdit.PUNCH.name(), RangeEdit.PUNCH.summary())
        .detail(
            "Does the same as fallocate(2) with FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE: whole"
                + " blocks in the range are freed, parts of blocks at its edges become zeros, and"
                + " the size stays. The change goes through the journal, if there is one. By"
                + " default nothing is printed.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .required(Target.FILE_LABEL, Target.FILE_DESCRIPTION)
        .optional("OFF", "The first byte of the hole, or the whole range as OFF..END.")
        .optional("LEN", "The length of the hole: 4096, 64K, 3b (blocks), 8s (sectors), 0x1000.")
        .option(DRY_RUN)
        .option(VERBOSE)
        .option(TraceOption.OPTION)
        .options(ImageOptions.WRITING)
        .option(Progress.OPTION)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example(
            "ext4j punch disk.img /var/db 1M 64K", "Punches a hole of 64 KiB after the first MiB.")
        .example(
            "ext4j punch disk.img 12 4K..1G",
            "Punches a hole from byte 4096 to the end of the first GiB.")
        .example(
            "ext4j punch --trace=es,locks disk.img /var/db 0 1M",
            "Prints the changes of the extent status tree and of the locks.")
        .example("ext4j punch --dry-run disk.img:/var/db 0 1G", "Prints what a punch would free.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    Target target = Target.of(arguments);
    ByteRangeArgument range = ByteRangeArgument.parse(target.rest());
    boolean dryRun = arguments.has(DRY_RUN);
    TraceOption trace = new TraceOption(arguments);
    if (dryRun && trace.isGiven()) {
      throw new UsageException("--trace shows what is done, and --dry-run does nothing");
    }
    try (OpenImage image = open(invocation, target.image(), dryRun, trace)) {
      Ext4File file = image.followed(target.file());
      long offset = range.offset(image.blockSize());
      long length = range.length(image.blockSize());
      if (dryRun) {
        print(invocation, image, target, file.inspect().planPunch(offset, length));
        return ExitStatus.OK;
      }
      if (arguments.has(ImageOptions.JSON)) {
        // Without events, nothing is printed before the punch, so that a failure is one document.
        long freed = trace.isGiven() ? 0 : punch(invocation, image, file, offset, length);
        try (JsonDocument json = image.document("ext4j.punch/1")) {
          json.name("image", target.image()).name("path", target.file());
          json.flag("dry_run", false).number("offset", offset).number("length", length);
          if (trace.isGiven()) {
            json.beginArray("events");
            try (TraceOption.Printing printing = trace.print(json)) {
              freed = punch(invocation, image, file, offset, length);
            }
            json.endArray();
          }
          json.number("freed_bytes", freed).finish();
        }
        return ExitStatus.OK;
      }
      long freed;
      try (TraceOption.Printing printing = trace.print(invocation.out())) {
        freed = punch(invocation, image, file, offset, length);
      }
      if (arguments.has(VERBOSE)) {
        Output out = invocation.out();
        out.name(target.file()).text(": bytes ").number(offset).text(" to ");
        out.number(offset + length).text(" punched, ").number(freed).line(" bytes freed");
      }
    }
    return ExitStatus.OK;
  }

  @MustBeClosed
  private static OpenImage open(
      Invocation invocation, String image, boolean dryRun, TraceOption trace)
      throws IOException, UsageException {
    if (dryRun) {
      return OpenImage.forReading(invocation, image);
    }
    return trace.isGiven()
        ? OpenImage.forWriting(invocation, image, trace)
        : OpenImage.forWriting(invocation, image);
  }

  /** Punches the range and returns the number of bytes that were freed. */
  private static long punch(
      Invocation invocation, OpenImage image, Ext4File file, long offset, long length)
      throws IOException {
    long before = file.stat().sectors();
    try (Progress progress = Progress.of(invocation)) {
      file.punch(offset, length, progress);
    }
    image.fileSystem().sync();
    invocation.vouch("punch");
    return (before - file.stat().sectors()) * 512;
  }

  private static void print(Invocation invocation, OpenImage image, Target target, PunchPlan plan)
      throws IOException {
    if (invocation.arguments().has(ImageOptions.JSON)) {
      try (JsonDocument json = image.document("ext4j.punch/1")) {
        json.name("image", target.image()).name("path", target.file());
        json.flag("dry_run", true);
        PunchPlanPrinter.write(json, plan, image.blockSize());
        json.finish();
      }
    } else {
      PunchPlanPrinter.print(invocation.out(), target.file(), plan, image.blockSize());
    }
  }
}
