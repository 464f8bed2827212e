package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** {@code e2fsck}, the judge of whether an image is well formed. */
public final class E2fsck {
  private static final Pattern NOT_A_PROBLEM =
      Pattern.compile(
          "\\s*|e2fsck \\d.*|Pass \\d.*|.*: \\d+/\\d+ files .*"
              + "|.*\\*{5} FILE SYSTEM WAS MODIFIED.*|.*WARNING: Filesystem still has errors.*");

  private E2fsck() {}

  /** Checks all of the image and changes nothing: {@code e2fsck -fn}. */
  public static Verdict check(Path image) throws IOException {
    return run("-fn", image);
  }

  /** Checks and mends all it can, replaying a journal first: {@code e2fsck -fy}. */
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
   * What e2fsck found.
   *
   * @param exitCode as in e2fsck(8): bits 1 mended, 4 left, 8 could not work
   * @param problems the lines that name one
   * @param output command, exit code and the text, for a message
   */
  public record Verdict(int exitCode, List<String> problems, String output) {
    /** Copies the list. */
    public Verdict {
      problems = List.copyOf(problems);
    }

    /** Whether there was nothing at all to find. */
    public boolean clean() {
      return exitCode == 0;
    }

    /** Whether nothing wrong is left, after a repair. */
    public boolean mended() {
      return (exitCode & ~3) == 0;
    }

    /** Enough for the message of a failed assertion. */
    @Override
    public String toString() {
      return clean() ? "clean" : output;
    }
  }
}
