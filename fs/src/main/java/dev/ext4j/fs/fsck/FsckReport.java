package dev.ext4j.fs.fsck;

import java.util.List;
import java.util.Map;

/**
 * What a check has found.
 *
 * @param problems in the order of the passes; of each kind no more than was asked for
 * @param counts how many there are of each kind that there is
 * @param statistics what was counted; null if the check ended before
 * @param passes what each pass took
 */
public record FsckReport(
    List<Problem> problems,
    Map<ProblemCode, Long> counts,
    @org.jspecify.annotations.Nullable FsckStatistics statistics,
    List<Pass> passes) {
  /**
   * What a pass took.
   *
   * @param name of the pass
   * @param nanoseconds from its start to its end
   * @param bytesRead from the device
   */
  public record Pass(String name, long nanoseconds, long bytesRead) {}

  /** Copies the lists. */
  public FsckReport {
    problems = List.copyOf(problems);
    counts = Map.copyOf(counts);
    passes = List.copyOf(passes);
  }

  /** Whether there is no damage. */
  public boolean isClean() {
    return counts.keySet().stream().allMatch(code -> code.severity() == Problem.Severity.WARNING);
  }

  /** Whether the check had to end before its time. */
  public boolean isCutShort() {
    return counts.keySet().stream().anyMatch(code -> code.severity() == Problem.Severity.FATAL);
  }
}
