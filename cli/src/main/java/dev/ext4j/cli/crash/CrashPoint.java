package dev.ext4j.cli.crash;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A state that a crash could leave. The disk contains all log entries before {@code epochStart}. Of
 * the entries from {@code epochStart} to {@code cut}, it contains those in {@code kept}. It may
 * also contain some sectors of the entry {@code torn}.
 *
 * @param number the number of the state, from 0, in the order of the plan
 * @param kind the kind of state
 * @param epoch the number of the epoch, from 0; an epoch is the changes between two flushes
 * @param epochStart the entry of the log with which the epoch begins
 * @param cut the first entry after the crash
 * @param kept the entries that are kept, counted from {@code epochStart}; null if all entries
 *     before {@code cut} are kept, except {@code torn}
 * @param torn the entry that is kept partially, or -1
 * @param sectors the sectors of that entry that are kept; null if there is no such entry
 * @param what the state in words
 */
record CrashPoint(
    long number,
    CrashKind kind,
    int epoch,
    int epochStart,
    int cut,
    @Nullable BitSet kept,
    int torn,
    @Nullable BitSet sectors,
    String what) {
  static final int NONE = -1;

  /** The disk before any write. */
  static final CrashPoint BASE =
      new CrashPoint(0, CrashKind.PREFIX, 0, 0, 0, null, NONE, null, "nothing written");

  /** Returns a copy with the given number. */
  CrashPoint numbered(long newNumber) {
    return new CrashPoint(newNumber, kind, epoch, epochStart, cut, kept, torn, sectors, what);
  }
}
