package dev.ext4j.cli.edit;

import dev.ext4j.cli.image.Pump;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The edit {@code write}, which writes content from a host file or from standard input. */
public final class WriteEdit implements Edit {
  private static final String STANDARD_INPUT = "-";

  @Override
  public String name() {
    return "write";
  }

  @Override
  public String summary() {
    return "Writes content into a file.";
  }

  @Override
  public CommandSyntax addWords(CommandSyntax syntax) {
    return syntax
        .optional("OFF", "The offset of the first byte: 0, 4096, 64K, 3b (blocks), 0x1000.")
        .optional(
            "HOSTFILE",
            "The host file with the content. Without it, or with -, standard input is read.");
  }

  @Override
  public CommandSyntax addHelp(CommandSyntax syntax) {
    return syntax
        .detail(
            "Does the same as pwrite(2) of the whole host file. The file must exist, and it grows"
                + " if the content ends after the end of the file. New content is never visible"
                + " before it is complete. If a write fails midway, the part that was written until"
                + " then stays.")
        .example(
            "ext4j write disk.img /etc/hostname 0 hostname.txt",
            "Writes the content of a host file.")
        .example("date | ext4j write disk.img /var/log/x 4K", "Writes the content of a pipe.");
  }

  @Override
  public Change parse(Words words) throws UsageException {
    int count = words.list().size();
    if (count == 0 || count > 2) {
      throw new UsageException(
          "want OFF and HOSTFILE, not '" + String.join(" ", words.list()) + "'");
    }
    long offset = ByteSize.parse(words.list().get(0)).bytes(words.blockSize());
    String source = count == 1 ? STANDARD_INPUT : words.list().get(1);
    if (source.equals(STANDARD_INPUT)) {
      ReadableByteChannel input = standardInput(words.input());
      return (file, progress) -> copy(input, 0, file, offset, progress);
    }
    return (file, progress) -> {
      try (FileChannel host = FileChannel.open(Path.of(source), StandardOpenOption.READ)) {
        copy(host, host.size(), file, offset, progress);
      }
    };
  }

  private static ReadableByteChannel standardInput(@Nullable InputStream input)
      throws UsageException {
    if (input == null) {
      throw new UsageException("standard input is the script: name a host file");
    }
    return Channels.newChannel(input);
  }

  private static void copy(
      ReadableByteChannel source, long size, Ext4File file, long offset, ProgressListener progress)
      throws IOException {
    file.writeDirect(
        offset, ByteBuffer.allocate(0)); // fails as a write would, even without content
    Target target = new Target(file, offset, size, progress);
    Pump.run(buffer -> fill(source, buffer), target, offset, size);
  }

  /** Reads content until the buffer is full or the content ends. Returns false at the end. */
  private static boolean fill(ReadableByteChannel source, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (source.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  /** A sink that writes the pieces of content one after the other. */
  private static final class Target implements Pump.Sink {
    private final Ext4File file;
    private final long start;
    private final long size;
    private final ProgressListener progress;
    private long at;

    Target(Ext4File file, long start, long size, ProgressListener progress) {
      this.file = file;
      this.start = start;
      this.size = size;
      this.progress = progress;
      this.at = start;
    }

    @Override
    public void drain(ByteBuffer content) throws IOException {
      int count = content.remaining();
      file.writeDirect(at, content);
      at += count;
      progress.progress(at - start, Math.max(size, at - start));
    }
  }
}
