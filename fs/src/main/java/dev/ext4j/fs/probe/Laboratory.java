package dev.ext4j.fs.probe;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A test bench for one file system, which is opened with {@link #probes}. It can stop threads at
 * sync points, leave out safeguards, and switch costly checks on, also while the file system is
 * open. An open file system does not give access to its laboratory. Therefore only the code that
 * opened the file system can leave out a safeguard.
 */
public final class Laboratory {
  private final Probes probes;
  private final List<Set<Safeguard>> removals = new ArrayList<>();
  private volatile Set<Safeguard> leftOut = Set.of();
  private volatile SyncPoint.@Nullable Listener listener;
  private volatile @Nullable BooleanSupplier creditLimit;
  private volatile boolean checks;

  /** Creates a laboratory that leaves out no safeguard, stops no thread and makes no checks. */
  public Laboratory() {
    this(null);
  }

  /** Same as {@link #Laboratory()}, but the file system also reports events to a listener. */
  public Laboratory(Trace.@Nullable Listener listener) {
    this.probes = new Probes(this, listener);
  }

  /** Returns the probes with which the file system is to be opened. */
  public Probes probes() {
    return probes;
  }

  /** A scope in which some safeguards are left out. It ends when it is closed. */
  @FunctionalInterface
  public interface Removal extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Leaves out safeguards until the returned object is closed. Several such objects may be open at
   * once, also for the same safeguard.
   */
  @MustBeClosed
  public Removal without(Safeguard... precautions) {
    Set<Safeguard> mine = EnumSet.noneOf(Safeguard.class);
    mine.addAll(List.of(precautions));
    synchronized (removals) {
      removals.add(mine);
      collect();
    }
    return () -> {
      synchronized (removals) {
        removals.removeIf(removal -> removal == mine);
        collect();
      }
    };
  }

  private void collect() {
    Set<Safeguard> all = EnumSet.noneOf(Safeguard.class);
    removals.forEach(all::addAll);
    leftOut = all;
  }

  /** Sets the listener for all sync points of the file system. Null removes the listener. */
  public void stopAt(SyncPoint.@Nullable Listener newListener) {
    listener = newListener;
  }

  /** Switches the costly checks on or off, which {@link Probes#checks} describes. */
  public void check(boolean wanted) {
    checks = wanted;
  }

  /** Sets a predicate that returns whether a handle must restart. Null removes the predicate. */
  public void limitCredits(@Nullable BooleanSupplier newLimit) {
    creditLimit = newLimit;
  }

  boolean takes(Safeguard precaution) {
    return !leftOut.contains(precaution);
  }

  boolean checks() {
    return checks;
  }

  boolean isShortOfCredits() {
    BooleanSupplier limit = creditLimit;
    return limit != null && limit.getAsBoolean();
  }

  void reached(SyncPoint point, long inodeNumber, long detail) {
    SyncPoint.Listener hears = listener;
    if (hears != null) {
      hears.reached(point, inodeNumber, detail);
    }
  }
}
