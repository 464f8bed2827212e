package dev.ext4j.fs.probe;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the engine, for whoever wants to watch. As long as nobody does, a trace costs one
 * read of a field; who tells something asks {@link #isHeard} first, so that no text is made for
 * nothing. Of the whole process, like {@link SyncPoint}.
 */
public enum Trace {
  /** Changes of status trees. */
  ES,
  /** Locks that are taken, given up, and given back; not those of status trees. */
  LOCKS,
  /** Handles, blocks that they change, and commits. */
  JOURNAL,
  /** Sync points. */
  STEPS;

  /** Hears of all that is told, in the thread that does it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Something happens.
     *
     * @param inodeNumber the file that it concerns, 0 for none
     * @param what a word or two
     * @param detail the rest, perhaps empty
     */
    void hear(Trace kind, long inodeNumber, String what, String detail);
  }

  private static volatile Set<Trace> heard = EnumSet.noneOf(Trace.class);
  private static volatile @Nullable Listener listener;

  /** Whether somebody wants to know. */
  public boolean isHeard() {
    return listener != null && heard.contains(this);
  }

  /** Tells it. */
  public void tell(long inodeNumber, String what, Object detail) {
    Listener hears = listener;
    if (hears != null) {
      try {
        hears.hear(this, inodeNumber, what, String.valueOf(detail));
      } catch (RuntimeException e) {
        listener = null; // who watches must not stop the engine where it holds locks
      }
    }
  }

  /** Lets somebody hear of some kinds, or nobody of anything. */
  public static void listen(Set<Trace> kinds, @Nullable Listener newListener) {
    heard = kinds.isEmpty() ? EnumSet.noneOf(Trace.class) : EnumSet.copyOf(kinds);
    listener = newListener;
  }
}
