package dev.ext4j.fs;

import dev.ext4j.fs.inspect.TraceEvent;
import dev.ext4j.fs.probe.Trace;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A period in which a watcher receives the events of the engine: of all file systems of the
 * process, with one watcher at a time. The watcher is called in the thread that causes the event.
 * That thread may hold any lock, so the watcher must not use a file system itself. If the watcher
 * throws a {@link RuntimeException}, it receives no more events.
 */
public final class Tracing implements AutoCloseable {
  private Tracing() {}

  /** Starts sending events of some kinds to a watcher. */
  public static Tracing of(Set<TraceEvent.Kind> kinds, Consumer<TraceEvent> watcher) {
    EnumSet<Trace> heard = EnumSet.noneOf(Trace.class);
    kinds.forEach(kind -> heard.add(Trace.valueOf(kind.name())));
    Trace.listen(
        heard,
        (kind, inodeNumber, what, detail) ->
            watcher.accept(
                new TraceEvent(
                    TraceEvent.Kind.valueOf(kind.name()),
                    Thread.currentThread().getName(),
                    inodeNumber,
                    what,
                    detail)));
    return new Tracing();
  }

  /** Ends the tracing. */
  @Override
  public void close() {
    Trace.listen(Set.of(), null);
  }
}
