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
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** The command {@code ext4j cat}, which prints the content of a file. */
public final class CatCommand implements Command {
  private static final OptionSyntax OFFSET =
      OptionSyntax.value(
          "BYTES",
          "Begin at this offset in the file. Default: 0. The offset of the file system in the image"
              + " is IMG?offset=BYTES.",
          "--from",
          "--offset");
  private static final OptionSyntax LENGTH =
      OptionSyntax.value(
          "BYTES", "Print at most this number of bytes. Default: up to the end.", "--length", "-n");

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("cat", "Writes the content of a file to standard output.")
        .detail("Symbolic links are followed inside the image.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(Target.FILE_LABEL, Target.FILE_DESCRIPTION)
        .option(OFFSET)
        .option(LENGTH)
        .options(ImageOptions.WITHOUT_OFFSET)
        .example("ext4j cat disk.img /etc/fstab", "Names the file by its path.")
        .example(
            "ext4j cat disk.img@p2:/boot/vmlinuz > vmlinuz",
            "Names the image and the path in one word.")
        .example(
            "ext4j cat --offset 1M --length 4K disk.img /var/db", "Prints a part of the content.")
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
      long size = file.stat().size();
      long start = Math.min(size, bytes(invocation, OFFSET, 0, image.blockSize()));
      long count = bytes(invocation, LENGTH, Long.MAX_VALUE, image.blockSize());
      copy(file, start, start + Math.min(size - start, count), invocation.out());
    }
    return ExitStatus.OK;
  }

  private static long bytes(Invocation invocation, OptionSyntax option, long without, int blockSize)
      throws UsageException {
    String value = invocation.arguments().value(option);
    return value == null ? without : ByteSize.parse(value).bytes(blockSize);
  }

  private static void copy(Ext4File file, long start, long end, Output out) throws IOException {
    AtomicLong at = new AtomicLong(start);
    Pump.run(buffer -> fill(file, at, end, buffer), out::bytes, 0, end - start);
  }

  /** Fills a buffer as far as there is content before {@code end}, and returns whether more is. */
  private static boolean fill(Ext4File file, AtomicLong at, long end, ByteBuffer buffer)
      throws IOException {
    int limit = buffer.limit();
    buffer.limit(buffer.position() + (int) Math.min(buffer.remaining(), end - at.get()));
    while (buffer.hasRemaining()) {
      int count = file.readDirect(at.get(), buffer);
      if (count <= 0) {
        return false;
      }
      at.addAndGet(count);
    }
    buffer.limit(limit);
    return at.get() < end;
  }
}
