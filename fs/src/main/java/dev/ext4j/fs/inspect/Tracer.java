package dev.ext4j.fs.inspect;

/**
 * A receiver of the events of one open file system. It is called in the thread that causes the
 * event, so several threads may call it at once. The thread may hold any lock, so a tracer must not
 * use a file system. If {@link #hear} throws a {@link RuntimeException}, the tracer receives no
 * more events.
 */
public interface Tracer {
  /**
   * Returns whether the tracer wants events of a kind now. The engine calls this method before each
   * event.
   */
  boolean hears(TraceEvent.Kind kind);

  /** Receives an event. */
  void hear(TraceEvent event);
}
