package dev.ext4j.fs.fsck;

import java.util.List;
import java.util.Map;

/**
 * The result of a check.
 *
 * @param problems the problems in the order of the passes, limited to a number of each kind by
 *     {@link FsckOptions#mostProblems}
 * @param counts the number of problems of each kind that occurred
 * @param statistics the statistics; null if the check ended before the first pass
 * @param passes the time and the bytes read of each pass
 * @param cancelled whether the caller ended the check, so that problems may be missing
 */
public record FsckReport(
    List<Problem> problems,
    Map<ProblemCode, Long> counts,
    @org.jspecify.annotations.Nullable FsckStatistics statistics,
    List<Pass> passes,
    boolean cancelled) {
  /**
   * The time and the bytes read of a pass.
   *
   * @param name the name of the pass
   * @param nanoseconds the time from its start to its end
   * @param bytesRead the number of bytes read from the device
   */
  public record Pass(String name, long nanoseconds, long bytesRead) {}

  /** Makes immutable copies of the lists and the map. */
  public FsckReport {
    problems = List.copyOf(problems);
    counts = Map.copyOf(counts);
    passes = List.copyOf(passes);
  }

  /** Returns whether there is no damage. */
  public boolean isClean() {
    return counts.keySet().stream().allMatch(code -> code.severity() == Problem.Severity.WARNING);
  }

  /** Returns whether the check had to end early. */
  public boolean isCutShort() {
    return counts.keySet().stream().anyMatch(code -> code.severity() == Problem.Severity.FATAL);
  }
}
