package dev.ext4j.fs.inspect;

/**
 * A receiver of the events of one open file system. It is called in the thread that causes the
 * event, possibly by several threads at once. That thread may hold any lock, so a tracer must not
 * use a file system itself. A tracer that throws a {@link RuntimeException} receives no more
 * events.
 */
public interface Tracer {
  /** Returns whether events of a kind are wanted now. Called before each event. */
  boolean hears(TraceEvent.Kind kind);

  /** Receives an event. */
  void hear(TraceEvent event);
}
