package dev.ext4j.cli.edit;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.posix.HostFile;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
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
                + " if the content ends after the end of the file. Holes of the host file become"
                + " holes. New content is never visible before it is complete. If a write fails"
                + " midway, the part that was written until then stays, and the message says how"
                + " many bytes that are.")
        .example(
            "ext4j write disk.img /etc/hostname 0 hostname.txt",
            "Writes the content of a host file.")
        .example("date | ext4j write disk.img /var/log/x 4K", "Writes the content of a pipe.");
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the change closes the host file
  public Change parse(Words words) throws IOException, UsageException {
    int count = words.list().size();
    if (count == 0 || count > 2) {
      throw new UsageException(
          "want OFF and HOSTFILE, not '" + String.join(" ", words.list()) + "'");
    }
    ByteSize offset = ByteSize.parse(words.list().get(0));
    String source = count == 1 ? STANDARD_INPUT : words.list().get(1);
    if (source.equals(STANDARD_INPUT)) {
      ReadableByteChannel input = standardInput(words.input());
      return (file, blockSize, progress) ->
          new ContentCopy(file, offset.bytes(blockSize), 0, progress).copy(input::read);
    }
    return new FromHost(HostFile.open(source), offset);
  }

  private static ReadableByteChannel standardInput(@Nullable InputStream input)
      throws UsageException {
    if (input == null) {
      throw new UsageException("standard input is the script: name a host file");
    }
    return Channels.newChannel(input);
  }

  /** A write of the content of a host file. */
  private static final class FromHost implements Change {
    private final HostFile host;
    private final ByteSize offset;

    @MustBeClosed
    FromHost(HostFile host, ByteSize offset) {
      this.host = host;
      this.offset = offset;
    }

    @Override
    public void apply(Ext4File file, int blockSize, ProgressListener progress)
        throws IOException, UsageException {
      new ContentCopy(file, offset.bytes(blockSize), host.size(), progress).copy(host);
    }

    @Override
    public void close() throws IOException {
      host.close();
    }
  }
}
