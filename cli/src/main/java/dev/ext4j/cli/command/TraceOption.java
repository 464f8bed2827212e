package dev.ext4j.cli.command;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.inspect.TraceEvent;
import dev.ext4j.fs.inspect.Tracer;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The option {@code --trace}, which prints one line for each event of the engine. */
final class TraceOption implements Tracer {
  static final OptionSyntax OPTION =
      OptionSyntax.value(
              "KINDS",
              "Print one line for each event of the given kinds, which are separated by commas: es"
                  + " (changes of the extent status tree), locks, journal, steps (points of the"
                  + " protocol), or all.",
              "--trace")
          .completing(Completion.listOf(List.of("es", "locks", "journal", "steps", "all")));

  private static final int NUMBER_WIDTH = 6;
  private static final int KIND_WIDTH = 9;
  private static final int WHAT_WIDTH = 9;

  private final Set<TraceEvent.Kind> kinds;
  private @Nullable Output out;
  private @Nullable JsonDocument json;
  private volatile boolean printing;
  private @Nullable IOException failure;
  private long count;

  /**
   * Creates the option from the command line. Events are printed only after a call of {@code
   * print}.
   */
  TraceOption(Arguments arguments) throws UsageException {
    kinds = kinds(arguments);
  }

  /** Returns whether any events are requested. */
  boolean isGiven() {
    return !kinds.isEmpty();
  }

  @Override
  public boolean hears(TraceEvent.Kind kind) {
    return printing && kinds.contains(kind);
  }

  private static Set<TraceEvent.Kind> kinds(Arguments arguments) throws UsageException {
    EnumSet<TraceEvent.Kind> kinds = EnumSet.noneOf(TraceEvent.Kind.class);
    String words = arguments.value(OPTION);
    if (words == null) {
      return kinds;
    }
    for (String word : words.split(",", -1)) {
      if (word.equals("all")) {
        kinds.addAll(EnumSet.allOf(TraceEvent.Kind.class));
      } else {
        kinds.add(kind(word));
      }
    }
    return kinds;
  }

  private static TraceEvent.Kind kind(String word) throws UsageException {
    for (TraceEvent.Kind kind : TraceEvent.Kind.values()) {
      if (name(kind).equals(word)) {
        return kind;
      }
    }
    throw new UsageException("'" + word + "' cannot be traced: es, locks, journal, steps or all");
  }

  private static String name(TraceEvent.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** An active output of events, which ends when it is closed. */
  @FunctionalInterface
  interface Printing extends AutoCloseable {
    /**
     * Ends the printing.
     *
     * @throws IOException if an event could not be printed
     */
    @Override
    void close() throws IOException;
  }

  /** Prints events to {@code target} until the returned object is closed. */
  Printing print(Output target) {
    out = target;
    return begin();
  }

  /**
   * Writes events as rows of an array that the caller has begun, until the returned object is
   * closed.
   */
  Printing print(JsonDocument target) {
    json = target;
    return begin();
  }

  private Printing begin() {
    printing = true;
    return this::end;
  }

  private synchronized void end() throws IOException {
    printing = false;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public synchronized void hear(TraceEvent event) {
    if (!printing) {
      return;
    }
    try {
      print(event);
    } catch (IOException e) {
      failure = e; // a failed print must not end the operation
    }
  }

  private void print(TraceEvent event) throws IOException {
    count++;
    String detail = event.detail().toLowerCase(Locale.ROOT); // a detail may contain names of enums
    if (json != null) {
      json.beginRow().text("kind", name(event.kind())).text("event", event.what());
      json.text("detail", detail).text("thread", event.thread());
      json.number("ino", event.inodeNumber()).endObject();
    } else if (out != null) {
      out.number(count, NUMBER_WIDTH).blanks(2).left(name(event.kind()), KIND_WIDTH);
      if (event.kind() == TraceEvent.Kind.STEPS) {
        out.line(event.what());
        return;
      }
      out.left(event.what(), WHAT_WIDTH).text(detail);
      if (event.inodeNumber() != 0) {
        out.text(" (inode ").number(event.inodeNumber()).ascii(')');
      }
      out.line();
    }
  }
}
