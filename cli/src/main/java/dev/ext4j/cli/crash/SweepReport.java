package dev.ext4j.cli.crash;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a sweep has found. Workers add to it. */
public final class SweepReport {
  private static final int MAX_FAILURES = 10;

  /** What of a state. */
  public enum Outcome {
    /** The files are as before the command. */
    AS_BEFORE,
    /** As after it. */
    AS_AFTER,
    /** As at a point in between, or each block as before or after such a step. */
    BETWEEN,
    /** Something is lost or broken. */
    BAD
  }

  /** Counts of one kind of state. */
  public static final class Counts {
    private long same;
    private long judged;
    private long bad;

    /** States that were like one judged before. */
    public long same() {
      return same;
    }

    /** States that were judged. */
    public long judged() {
      return judged;
    }

    /** Those of them with a fault. */
    public long bad() {
      return bad;
    }
  }

  /**
   * A state with a fault.
   *
   * @param number of the state in the plan
   * @param kind which kind
   * @param epoch number of the epoch, from 0
   * @param cut the entry of the log that the crash came before
   * @param what the state in words
   * @param fault what is wrong
   * @param kept where the image is; null if it was not kept
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
   * What was recorded.
   *
   * @param writeCount changes of the disk
   * @param flushCount flushes
   * @param epochCount groups of writes between flushes
   * @param byteCount bytes written
   * @param markCount points that the command vouched for
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

  /** What was recorded. */
  public Recording recording() {
    return recording;
  }

  /** How many states the plan has. */
  public long plannedCount() {
    return plannedCount;
  }

  /** How many of them were to be looked at. */
  public long selectedCount() {
    return selectedCount;
  }

  /** Counts of a kind of state. */
  public synchronized Counts counts(CrashKind kind) {
    Counts found = counts.get(kind);
    if (found == null) {
      throw new AssertionError(kind);
    }
    return found;
  }

  /** How many states had an outcome. */
  public synchronized long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** How many states were judged. */
  public synchronized long judgedCount() {
    return outcomes.values().stream().mapToLong(n -> n).sum();
  }

  /** How many states had to be repaired before their files were judged. */
  public synchronized long repairedCount() {
    return repairedCount;
  }

  /** The first states with a fault, in the order of the plan. */
  public synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** What is wrong with the image before the command: then no state was judged. */
  public String faultOfBase() {
    return faultOfBase;
  }

  /** Whether no crash loses anything, as far as was looked. */
  public boolean isGood() {
    return faultOfBase.isEmpty() && count(Outcome.BAD) == 0;
  }
}
