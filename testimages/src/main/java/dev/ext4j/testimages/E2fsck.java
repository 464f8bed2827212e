package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The runner of {@code e2fsck}, which judges whether an image is well formed. */
public final class E2fsck {
  private static final Pattern NOT_A_PROBLEM =
      Pattern.compile(
          "\\s*|e2fsck \\d.*|Pass \\d.*|.*: \\d+/\\d+ files .*"
              + "|.*\\*{5} FILE SYSTEM WAS MODIFIED.*|.*WARNING: Filesystem still has errors.*");

  private E2fsck() {}

  /** Checks the whole image with {@code e2fsck -fn} and changes nothing. */
  public static Verdict check(Path image) throws IOException {
    return run("-fn", image);
  }

  /** Repairs the image with {@code e2fsck -fy}, after a replay of the journal. */
  public static Verdict repair(Path image) throws IOException {
    return run("-fy", image);
  }

  private static Verdict run(String flags, Path image) throws IOException {
    ToolResult result = ExternalTool.named("e2fsck").run(flags, image.toString());
    List<String> problems =
        result.lines().stream().filter(line -> !NOT_A_PROBLEM.matcher(line).matches()).toList();
    return new Verdict(result.exitCode(), problems, result.toString());
  }

  /**
   * The result of e2fsck.
   *
   * @param exitCode the exit status of e2fsck(8): bit 1 repaired, 4 errors left, 8 operational
   *     error
   * @param problems the lines that name a problem
   * @param output the command, exit status and output, for a message
   */
  public record Verdict(int exitCode, List<String> problems, String output) {
    /** Copies the list. */
    public Verdict {
      problems = List.copyOf(problems);
    }

    /** Returns whether no problem was found. */
    public boolean clean() {
      return exitCode == 0;
    }

    /** Returns whether no error is left after a repair. */
    public boolean mended() {
      return (exitCode & ~3) == 0;
    }

    /** Returns a text for the message of a failed assertion. */
    @Override
    public String toString() {
      return clean() ? "clean" : output;
    }
  }
}
