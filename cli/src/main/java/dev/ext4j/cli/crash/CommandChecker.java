package dev.ext4j.cli.crash;

import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A checker that runs a command of the user. Exit status 0 means that the image is good. */
public final class CommandChecker implements ImageChecker {
  /** The placeholder for the image in the words of the command. */
  public static final String PLACEHOLDER = "{image}";

  private static final int MAX_TEXT = 200;

  private final List<String> words;

  /** Creates a checker with the words of the command. */
  public CommandChecker(List<String> words) {
    this.words = List.copyOf(words);
  }

  @Override
  public String name() {
    return String.join(" ", words);
  }

  @Override
  public Verdict check(Path image, @Nullable FileSystemInfo info, Path scratch) throws IOException {
    List<String> command =
        words.stream().map(word -> word.replace(PLACEHOLDER, image.toString())).toList();
    Program.Result result = Program.run(scratch, command);
    String said = result.output().strip().replace('\n', ' ');
    if (said.length() > MAX_TEXT) {
      said = said.substring(0, MAX_TEXT) + "...";
    }
    String fault =
        result.status() == 0
            ? ""
            : "check: exit status " + result.status() + (said.isEmpty() ? "" : ": " + said);
    return new Verdict(fault, true, false);
  }
}
