package dev.ext4j.fs.probe;

import org.jspecify.annotations.Nullable;

/**
 * The observers of one open file system, and the safeguards that it leaves out for a test. They are
 * set when the file system is opened. In production they are {@link #NONE} or the result of {@link
 * #tracing}, and every safeguard is active.
 *
 * <p>The engine calls {@link #hears} before it reports an event, so that no text is built for an
 * event that no listener wants. If there is no laboratory and no listener, each method costs one
 * read of a field.
 */
public final class Probes {
  /** The probes of a file system that no test and no listener observes. */
  public static final Probes NONE = new Probes(null, null);

  private final @Nullable Laboratory laboratory;
  private final Trace.@Nullable Listener listener;
  private volatile boolean listenerFailed;

  Probes(@Nullable Laboratory laboratory, Trace.@Nullable Listener listener) {
    this.laboratory = laboratory;
    this.listener = listener;
  }

  /** Returns probes that report events to a listener and leave out no safeguard. */
  public static Probes tracing(Trace.Listener listener) {
    return new Probes(null, listener);
  }

  /** Returns whether a safeguard is active. It is active unless a laboratory leaves it out. */
  public boolean takes(Safeguard precaution) {
    return laboratory == null || laboratory.takes(precaution);
  }

  /**
   * Returns whether the costly checks are made. These are:
   *
   * <ul>
   *   <li>Each mapping that is found in a status tree is compared with the mapping on disk.
   *   <li>The mapping of pages that are about to be written is compared with the mapping on disk.
   *   <li>The whole status tree is checked after each change.
   *   <li>Blocks that are being allocated must not be freed blocks whose release is not durable
   *       yet.
   *   <li>When an operation ends, no content of its file may be in the running transaction only.
   * </ul>
   */
  public boolean checks() {
    return laboratory != null && laboratory.checks();
  }

  /** Returns whether a handle must restart now, although it has enough credits. */
  public boolean isShortOfCredits() {
    return laboratory != null && laboratory.isShortOfCredits();
  }

  /** Returns whether the listener wants events of a kind. */
  public boolean hears(Trace kind) {
    return listener != null && !listenerFailed && listener.hears(kind);
  }

  /**
   * Reports an event to the listener. A listener that throws a {@link RuntimeException} receives no
   * more events, because the calling thread holds locks and must continue.
   */
  public void tell(Trace kind, long inodeNumber, String what, Object detail) {
    if (listener != null && !listenerFailed) {
      try {
        listener.hear(kind, inodeNumber, what, String.valueOf(detail));
      } catch (RuntimeException e) {
        listenerFailed = true;
      }
    }
  }

  /**
   * Reports that the calling thread has reached a sync point.
   *
   * @param inodeNumber the number of the inode that the thread works on, or 0 if it works on no
   *     inode
   * @param detail the detail that {@link SyncPoint} documents for this point
   */
  public void reach(SyncPoint point, long inodeNumber, long detail) {
    if (hears(Trace.STEPS)) {
      tell(Trace.STEPS, inodeNumber, point.toString(), detail);
    }
    if (laboratory != null) {
      laboratory.reached(point, inodeNumber, detail);
    }
  }

  /** Same as {@link #reach(SyncPoint, long, long)}, but the detail is 0. */
  public void reach(SyncPoint point, long inodeNumber) {
    reach(point, inodeNumber, 0);
  }
}
