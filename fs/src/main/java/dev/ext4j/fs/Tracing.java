package dev.ext4j.fs;

import dev.ext4j.fs.probe.Trace;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A time in which somebody watches the engine: all file systems of the process, one watcher at a
 * time. He is told in the thread that does something, which may hold any lock: he must not use a
 * file system himself, and if he throws he is told nothing more.
 */
public final class Tracing implements AutoCloseable {
  private Tracing() {}

  /** Begins to watch. */
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

  /** Ends it. */
  @Override
  public void close() {
    Trace.listen(Set.of(), null);
  }
}
