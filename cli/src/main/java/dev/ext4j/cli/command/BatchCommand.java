package dev.ext4j.cli.command;

import dev.ext4j.cli.ExitStatus;
import dev.ext4j.cli.Invocation;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code ext4j batch}: a script of changes on one image, opened once. */
public final class BatchCommand implements Command {
  private static final OptionSyntax SCRIPT =
      OptionSyntax.value(
          "FILE", "The script; - for standard input, as without -f.", "--file", "-f");
  private static final int MAX_LINE = 1 << 20;

  private final Map<String, BatchVerb> verbs = new LinkedHashMap<>();

  /** A command with all the verbs there are. */
  public BatchCommand() {
    add(new PunchVerb());
  }

  private void add(BatchVerb verb) {
    verbs.put(verb.syntax().name(), verb);
  }

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("batch", "Runs a script of changes on one image.")
        .detail(
            "One command a line, without the image: punch FILE OFF LEN. Words are quoted as in a"
                + " shell, # begins a comment. Each command is durable in the image before the next"
                + " begins. The first failure ends the script; its line is named, and the exit"
                + " status is what that command's own would be.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(SCRIPT)
        .options(ImageOptions.ALL)
        .example("ext4j batch disk.img -f edits.txt", "Runs the commands in edits.txt.")
        .example("echo 'punch /var/db 1M 64K' | ext4j batch disk.img -f -", "From a pipe.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    String script = invocation.arguments().value(SCRIPT);
    if (script == null || script.equals("-")) {
      return run(invocation, invocation.console().in());
    }
    try (InputStream in = Files.newInputStream(Path.of(script))) {
      return run(invocation, in);
    }
  }

  private int run(Invocation invocation, InputStream script) throws IOException, UsageException {
    InputStream in = new BufferedInputStream(script);
    try (OpenImage image = OpenImage.forWriting(invocation, invocation.arguments().parameter(0))) {
      long number = 0;
      long done = 0;
      for (String line = nextLine(in); line != null; line = nextLine(in)) {
        number++;
        invocation.workOnLine(number);
        try {
          if (runLine(image, line)) {
            done++;
            invocation.vouch("line " + number);
          }
        } catch (IOException | UsageException e) {
          int status = invocation.report(e);
          invocation.workOnFile("");
          invocation.tell("line " + number + " ended the script; in the image " + inTheImage(done));
          return status;
        }
        invocation.workOnFile("");
      }
    }
    return ExitStatus.OK;
  }

  private static String inTheImage(long done) {
    return done == 0
        ? "nothing has changed before it"
        : done == 1 ? "is the 1 command before it" : "are the " + done + " commands before it";
  }

  private boolean runLine(OpenImage image, String line) throws IOException, UsageException {
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
    verb.run(image, arguments);
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
