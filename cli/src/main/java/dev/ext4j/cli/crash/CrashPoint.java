package dev.ext4j.cli.crash;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A state that a crash could leave: all entries of the log before {@code epochStart}, of those from
 * there on up to {@code cut} the changes that {@code kept} says, and perhaps a part of one more.
 *
 * @param number from 0, in the order of the plan
 * @param kind which kind of state
 * @param epoch number of the epoch, from 0: the changes between two flushes
 * @param epochStart the log's entry with which the epoch begins
 * @param cut the first entry that the crash came before
 * @param kept of the entries from {@code epochStart} on, those that are kept; null for all up to
 *     {@code cut}
 * @param torn the entry that is kept in part, or -1
 * @param sectors which of its sectors are kept; null if there is none
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

  /** The disk before anything was written. */
  static final CrashPoint BASE =
      new CrashPoint(0, CrashKind.PREFIX, 0, 0, 0, null, NONE, null, "nothing written");

  /** The same with a number. */
  CrashPoint numbered(long newNumber) {
    return new CrashPoint(newNumber, kind, epoch, epochStart, cut, kept, torn, sectors, what);
  }
}
