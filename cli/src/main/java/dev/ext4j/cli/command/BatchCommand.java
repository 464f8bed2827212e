package dev.ext4j.cli.command;

import dev.ext4j.blockdev.posix.HostFile;
import dev.ext4j.cli.edit.BatchVerb;
import dev.ext4j.cli.edit.Edit;
import dev.ext4j.cli.edit.EditVerb;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code ext4j batch}, which runs a script of changes on one image that is opened once.
 */
public final class BatchCommand implements Command {
  private static final OptionSyntax SCRIPT =
      OptionSyntax.value("FILE", "The script, or - for standard input. Default: -.", "--file", "-f")
          .completing(Completion.FILE);
  private static final OptionSyntax ATOMIC =
      OptionSyntax.flag(
          "Make all commands one transaction: all of them take effect, or none.", "--atomic");
  private static final int MAX_LINE = 1 << 20;

  private final Map<String, BatchVerb> verbs = new LinkedHashMap<>();

  /** Creates a command with all verbs. */
  public BatchCommand() {
    for (Edit edit : Commands.edits()) {
      add(new EditVerb(edit));
    }
    add(new CheckEsCommand.Verb());
  }

  private void add(BatchVerb verb) {
    verbs.put(verb.syntax().name(), verb);
  }

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("batch", "Runs a script of changes on one image.")
        .detail(
            "The script has one command per line, without the image: punch FILE OFF LEN, write FILE"
                + " OFF HOSTFILE, truncate FILE SIZE, and likewise fallocate, zero, collapse,"
                + " insert and check-es. Words are quoted as in a shell, and # begins a comment."
                + " Each command is durable in the image before the next one begins. The first"
                + " failure ends the script: the message names the line, and the exit status is"
                + " that of the failed command. With --atomic all commands are one transaction of"
                + " the journal: after a failure or a crash nothing has changed. A script that does"
                + " not fit in one transaction is refused.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(SCRIPT)
        .option(ATOMIC)
        .options(ImageOptions.WRITING)
        .options(ImageOptions.ALL)
        .example("ext4j batch disk.img -f edits.txt", "Runs the commands in edits.txt.")
        .example(
            "ext4j batch --atomic disk.img -f edits.txt",
            "Runs all commands in edits.txt, or none.")
        .example(
            "echo 'punch /var/db 1M 64K' | ext4j batch disk.img -f -",
            "Reads the script from a pipe.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    String script = invocation.arguments().value(SCRIPT);
    if (script == null || script.equals("-")) {
      return run(invocation, invocation.console().in(), null);
    }
    try (HostFile file = HostFile.open(script);
        InputStream in = Channels.newInputStream(file)) {
      return run(invocation, in, invocation.console().in());
    }
  }

  private int run(Invocation invocation, InputStream script, @Nullable InputStream input)
      throws IOException, UsageException {
    InputStream in = new BufferedInputStream(script);
    try (OpenImage image = OpenImage.forWriting(invocation, invocation.arguments().parameter(0))) {
      if (!invocation.arguments().has(ATOMIC)) {
        return runLines(invocation, image, in, input, false);
      }
      try {
        image.fileSystem().atomically(() -> runAllOrFail(invocation, image, in, input));
      } catch (Ended e) {
        return e.status;
      }
      invocation.vouch("all lines");
    }
    return ExitStatus.OK;
  }

  /**
   * The exception that ends an atomic script, so that none of its changes take effect. The failure
   * of the line that ended the script was reported before.
   */
  private static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Ended(int status) {
      this.status = status;
    }
  }

  private void runAllOrFail(
      Invocation invocation, OpenImage image, InputStream in, @Nullable InputStream input)
      throws IOException {
    int status;
    try {
      status = runLines(invocation, image, in, input, true);
    } catch (UsageException e) {
      status = invocation.report(e);
    }
    if (status != ExitStatus.OK) {
      throw new Ended(status);
    }
  }

  private int runLines(
      Invocation invocation,
      OpenImage image,
      InputStream in,
      @Nullable InputStream input,
      boolean atomic)
      throws IOException, UsageException {
    long number = 0;
    long done = 0;
    for (String line = nextLine(in); line != null; line = nextLine(in)) {
      number++;
      invocation.workOnLine(number);
      try {
        if (runLine(image, line, input)) {
          done++;
          if (!atomic) {
            invocation.vouch("line " + number);
          }
        }
      } catch (IOException | UsageException e) {
        int status = invocation.report(e);
        invocation.workOnFile("");
        invocation.tell(
            "line " + number + " ended the script; in the image " + inTheImage(atomic ? 0 : done));
        return status;
      }
      invocation.workOnFile("");
    }
    return ExitStatus.OK;
  }

  private static String inTheImage(long done) {
    return done == 0
        ? "nothing has changed"
        : done == 1 ? "is the 1 command before it" : "are the " + done + " commands before it";
  }

  private boolean runLine(OpenImage image, String line, @Nullable InputStream input)
      throws IOException, UsageException {
    List<String> words = ShellWords.split(line);
    if (words.isEmpty()) {
      return false;
    }
    BatchVerb verb = verbs.get(words.get(0));
    if (verb == null) {
      throw new UsageException(
          "'"
              + words.get(0)
              + "' is not a command of scripts: "
              + String.join(", ", verbs.keySet()));
    }
    Arguments arguments = ArgumentParser.parse(verb.syntax(), words.subList(1, words.size()));
    if (arguments.has(CommandSyntax.HELP) || arguments.has(CommandSyntax.VERSION)) {
      throw new UsageException("a script has no help: see 'ext4j help " + words.get(0) + "'");
    }
    verb.run(image, arguments, input);
    image.fileSystem().sync();
    return true;
  }

  private static @Nullable String nextLine(InputStream in) throws IOException, UsageException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    while (next >= 0 && next != '\n') {
      if (line.size() == MAX_LINE) {
        throw new UsageException("a line of the script is longer than " + MAX_LINE + " bytes");
      }
      line.write(next);
      next = in.read();
    }
    return RawText.decode(line.toByteArray());
  }
}
