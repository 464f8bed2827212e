package dev.ext4j.fs.fsck.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A collector of problems from all threads. Its size is limited by an option, not by the image.
 * Problems of one kind beyond that limit are only counted.
 */
public final class ProblemLog {
  private final int most;

  @GuardedBy("this")
  private final Map<ProblemCode, Long> counts = new EnumMap<>(ProblemCode.class);

  @GuardedBy("this")
  private final List<Problem> pass = new ArrayList<>();

  @GuardedBy("this")
  private final List<Problem> all = new ArrayList<>();

  /** Creates a log that keeps at most a number of problems of each kind. */
  public ProblemLog(int most) {
    this.most = most;
  }

  /** Adds a problem. */
  public synchronized void add(Problem problem) {
    if (counts.merge(problem.code(), 1L, Long::sum) <= most) {
      pass.add(problem);
    }
  }

  /**
   * Ends a pass. Its problems are added after those of the pass before, in an order that does not
   * depend on threads.
   */
  public synchronized void endPass() {
    if (pass.size() > 1) {
      pass.sort(Order.BY_PLACE);
    }
    all.addAll(pass);
    pass.clear();
  }

  /** Returns all problems kept, in order. */
  public synchronized List<Problem> problems() {
    endPass();
    return List.copyOf(all);
  }

  /** Returns the number of problems of each kind that occurred. */
  public synchronized Map<ProblemCode, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** Returns whether there was a problem of a severity. */
  public synchronized boolean has(Problem.Severity severity) {
    for (ProblemCode code : counts.keySet()) {
      if (code.severity() == severity) {
        return true;
      }
    }
    return false;
  }

  /** A holder class for the order of problems, so that the comparator is created lazily. */
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
