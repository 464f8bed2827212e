package dev.ext4j.fs.fsck;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Problems as one line each, with all their details: {@code LINK_COUNT inode=2 found=3}. */
final class ProblemText {
  private static final int LONGEST_PATH = 40;

  private ProblemText() {}

  /** Returns all problems of a report, in its order. */
  static List<String> of(FsckReport report) {
    return report.problems().stream().map(ProblemText::of).toList();
  }

  private static String of(Problem problem) {
    List<String> words = new ArrayList<>(List.of(problem.code().name()));
    add(words, "inode", problem.inode());
    add(words, "logical", problem.logicalBlock());
    add(words, "block", problem.block());
    add(words, "group", problem.group());
    add(words, "found", problem.found());
    add(words, "expected", problem.expected());
    add(words, "name", problem.name());
    add(words, "path", cut(problem.path()));
    return String.join(" ", words);
  }

  /** Cuts off a long path. A path that runs in a circle is as long as a path can be. */
  private static @Nullable String cut(@Nullable String path) {
    return path == null || path.length() <= LONGEST_PATH
        ? path
        : path.substring(0, LONGEST_PATH) + "...";
  }

  private static void add(List<String> words, String key, long value) {
    if (value != Problem.NONE) {
      words.add(key + "=" + value);
    }
  }

  private static void add(List<String> words, String key, @Nullable String value) {
    if (value != null) {
      words.add(key + "=" + value);
    }
  }
}
