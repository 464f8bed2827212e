package dev.ext4j.cli.command;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Pump;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.show.Modes;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The command {@code ext4j cat}, which prints the content of a file. */
public final class CatCommand implements Command {
  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("cat", "Writes the content of a file to standard output.")
        .detail("Symbolic links are followed inside the image.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(Target.FILE_LABEL, Target.FILE_DESCRIPTION)
        .options(ImageOptions.ALL)
        .example("ext4j cat disk.img /etc/fstab", "Names the file by its path.")
        .example(
            "ext4j cat disk.img@p2:/boot/vmlinuz > vmlinuz",
            "Names the image and the path in one word.")
        .example("ext4j cat disk.img 12 | sha256sum", "Names the file by its inode number.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Target target = Target.of(invocation.arguments()).withoutRest();
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      Ext4File file = image.followed(target.file());
      FileType type = file.stat().type();
      if (type == FileType.DIRECTORY) {
        throw new FileOperationException(Errno.EISDIR, Errno.EISDIR.text());
      }
      if (type != FileType.REGULAR) {
        throw new FileOperationException(
            Errno.EINVAL, "a " + Modes.description(type, 0) + " has no content to read");
      }
      copy(file, file.stat().size(), invocation.out());
    }
    return ExitStatus.OK;
  }

  private static void copy(Ext4File file, long size, Output out) throws IOException {
    AtomicLong at = new AtomicLong();
    Pump.run(
        buffer -> {
          while (buffer.hasRemaining() && at.get() < size) {
            int count = file.readDirect(at.get(), buffer);
            if (count <= 0) {
              return false;
            }
            at.addAndGet(count);
          }
          return at.get() < size;
        },
        out::bytes,
        0,
        size);
  }
}
