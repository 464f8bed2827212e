package dev.ext4j.fs.fsck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects problems from all threads. Their number is bounded by configuration, not by the image:
 * what comes after {@code most} of one kind is counted only.
 */
final class ProblemLog {
  private final int most;

  @GuardedBy("this")
  private final Map<ProblemCode, Long> counts = new EnumMap<>(ProblemCode.class);

  @GuardedBy("this")
  private final List<Problem> pass = new ArrayList<>();

  @GuardedBy("this")
  private final List<Problem> all = new ArrayList<>();

  /** A log that keeps no more than {@code most} problems of each kind. */
  ProblemLog(int most) {
    this.most = most;
  }

  /** Adds a problem. */
  synchronized void add(Problem problem) {
    if (counts.merge(problem.code(), 1L, Long::sum) <= most) {
      pass.add(problem);
    }
  }

  /** Ends a pass: its problems follow those of the pass before, in an order that never changes. */
  synchronized void endPass() {
    if (pass.size() > 1) {
      pass.sort(Order.BY_PLACE);
    }
    all.addAll(pass);
    pass.clear();
  }

  /** All problems kept, in order. */
  synchronized List<Problem> problems() {
    endPass();
    return List.copyOf(all);
  }

  /** How many problems there were of each kind that there was. */
  synchronized Map<ProblemCode, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** Whether there was a problem of a severity. */
  synchronized boolean has(Problem.Severity severity) {
    for (ProblemCode code : counts.keySet()) {
      if (code.severity() == severity) {
        return true;
      }
    }
    return false;
  }

  /** Made when there is something to put in order: most file systems are sound. */
  private static final class Order {
    static final Comparator<Problem> BY_PLACE =
        Comparator.comparingLong((Problem p) -> p.group())
            .thenComparingLong(p -> p.inode())
            .thenComparingLong(p -> p.logicalBlock())
            .thenComparingLong(p -> p.block())
            .thenComparing(p -> p.code())
            .thenComparing(p -> String.valueOf(p.name()));
  }
}
