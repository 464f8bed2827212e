package dev.ext4j.cli.crash;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results of a sweep. The workers add to it. */
public final class SweepReport {
  private static final int MAX_FAILURES = 10;

  /** The outcome of a state. */
  public enum Outcome {
    /** The files are as before the command. */
    AS_BEFORE,
    /** The files are as after the command. */
    AS_AFTER,
    /**
     * The files are as at a point that the command declared durable, or each block is as before or
     * as after the work between two such points.
     */
    BETWEEN,
    /** Data is lost, or the file system is broken. */
    BAD
  }

  /** The counts of one kind of state. */
  public static final class Counts {
    private long same;
    private long judged;
    private long bad;

    /** Returns the number of states that were equal to a state judged before. */
    public long same() {
      return same;
    }

    /** Returns the number of states that were judged. */
    public long judged() {
      return judged;
    }

    /** Returns the number of judged states with a fault. */
    public long bad() {
      return bad;
    }
  }

  /**
   * A state with a fault.
   *
   * @param number the number of the state in the plan
   * @param kind the kind of state
   * @param epoch the number of the epoch, from 0
   * @param cut the first entry of the log after the crash
   * @param what the state in words
   * @param fault what is wrong with the files or the file system, in words
   * @param kept the path of the image; null if it was not kept
   */
  public record Failure(
      long number,
      CrashKind kind,
      int epoch,
      int cut,
      String what,
      String fault,
      @Nullable String kept) {}

  /**
   * The counts of the recorded log.
   *
   * @param writeCount the number of changes of the disk
   * @param flushCount the number of flushes
   * @param epochCount the number of groups of writes between flushes
   * @param byteCount the number of bytes written
   * @param markCount the number of points that the command declared durable
   */
  public record Recording(
      long writeCount, long flushCount, long epochCount, long byteCount, long markCount) {}

  private final Recording recording;
  private final long plannedCount;
  private final long selectedCount;
  private final Map<CrashKind, Counts> counts = new EnumMap<>(CrashKind.class);
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final List<Failure> failures = new ArrayList<>();
  private long repairedCount;
  private String faultOfBase = "";

  SweepReport(Recording recording, long plannedCount, long selectedCount) {
    this.recording = recording;
    this.plannedCount = plannedCount;
    this.selectedCount = selectedCount;
    for (CrashKind kind : CrashKind.values()) {
      counts.put(kind, new Counts());
    }
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, 0L);
    }
  }

  synchronized void addSame(CrashKind kind) {
    counts(kind).same++;
  }

  synchronized void addJudged(CrashKind kind, Outcome outcome, boolean repaired) {
    counts(kind).judged++;
    outcomes.merge(outcome, 1L, Long::sum);
    repairedCount += repaired ? 1 : 0;
    if (outcome == Outcome.BAD) {
      counts(kind).bad++;
    }
  }

  synchronized void addFailure(Failure failure) {
    failures.add(failure);
    failures.sort(Comparator.comparingLong(Failure::number));
    if (failures.size() > MAX_FAILURES) {
      failures.remove(MAX_FAILURES);
    }
  }

  void setFaultOfBase(String fault) {
    faultOfBase = fault;
  }

  /** Returns the counts of the recorded log: writes, flushes, epochs, bytes and durable points. */
  public Recording recording() {
    return recording;
  }

  /** Returns the number of states of the plan. */
  public long plannedCount() {
    return plannedCount;
  }

  /** Returns the number of states that were selected for examination. */
  public long selectedCount() {
    return selectedCount;
  }

  /** Returns the counts of a kind of state. */
  public synchronized Counts counts(CrashKind kind) {
    Counts found = counts.get(kind);
    if (found == null) {
      throw new AssertionError(kind);
    }
    return found;
  }

  /** Returns the number of states with an outcome. */
  public synchronized long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Returns the number of states that were judged. */
  public synchronized long judgedCount() {
    return outcomes.values().stream().mapToLong(n -> n).sum();
  }

  /** Returns the number of states that had to be repaired before their files were judged. */
  public synchronized long repairedCount() {
    return repairedCount;
  }

  /** Returns the first states with a fault, in the order of the plan. */
  public synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** Returns the fault of the image before the command. If there is one, no state was judged. */
  public String faultOfBase() {
    return faultOfBase;
  }

  /** Returns whether no examined crash loses anything. */
  public boolean isGood() {
    return faultOfBase.isEmpty() && count(Outcome.BAD) == 0;
  }
}
