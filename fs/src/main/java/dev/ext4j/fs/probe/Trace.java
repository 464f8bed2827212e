package dev.ext4j.fs.probe;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events in the engine, for a listener. While there is no listener, a trace costs one read of a
 * field. The engine asks {@link #isHeard} before it reports, so that no text is built without need.
 * The listener is one for the whole process, as with {@link SyncPoint}.
 */
public enum Trace {
  /** Changes of status trees. */
  ES,
  /** Locks that are taken and released, except those of status trees. */
  LOCKS,
  /** Handles, the blocks that they change, and commits. */
  JOURNAL,
  /** Sync points. */
  STEPS;

  /** A listener that is called for each event, in the thread in which the event happens. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when an event happens.
     *
     * @param inodeNumber the number of the inode that the event concerns, 0 for none
     * @param what the event, in one or two words
     * @param detail the details of the event, possibly empty
     */
    void hear(Trace kind, long inodeNumber, String what, String detail);
  }

  private static volatile Set<Trace> heard = EnumSet.noneOf(Trace.class);
  private static volatile @Nullable Listener listener;

  /** Returns whether a listener wants events of this kind. */
  public boolean isHeard() {
    return listener != null && heard.contains(this);
  }

  /** Reports an event to the listener. */
  public void tell(long inodeNumber, String what, Object detail) {
    Listener hears = listener;
    if (hears != null) {
      try {
        hears.hear(this, inodeNumber, what, String.valueOf(detail));
      } catch (RuntimeException e) {
        listener = null; // a failing listener must not stop the engine where it holds locks
      }
    }
  }

  /** Sets the listener for some kinds of events, or removes it with null. */
  public static void listen(Set<Trace> kinds, @Nullable Listener newListener) {
    heard = kinds.isEmpty() ? EnumSet.noneOf(Trace.class) : EnumSet.copyOf(kinds);
    listener = newListener;
  }
}
