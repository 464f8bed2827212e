package dev.ext4j.cli.image;

import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.OutputException;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.fs.model.ProgressListener;
import java.util.List;

/**
 * A line on standard error that shows the progress of a long operation. A short operation prints no
 * line.
 */
public final class Progress implements ProgressListener, AutoCloseable {
  /** The option that determines when the progress is shown. */
  public static final OptionSyntax OPTION =
      OptionSyntax.choice(
          "--progress",
          List.of("auto", "always", "never"),
          "Show the progress after one second: only on a terminal (auto, the default), always or"
              + " never.");

  private static final long FIRST = 1_000_000_000L;
  private static final long INTERVAL = 200_000_000L;
  private static final double SECOND = 1e9;

  private final Output err;
  private final boolean enabled;
  private final long started = System.nanoTime();
  private volatile long lastDone;
  private volatile long lastTotal;
  private long nextShow = FIRST;
  private boolean shown;

  private Progress(Output err, boolean enabled) {
    this.err = err;
    this.enabled = enabled;
  }

  /**
   * Returns a progress that is shown as {@link #OPTION} requires. The time is measured starting at
   * this call.
   */
  public static Progress of(Invocation invocation) {
    String when = invocation.arguments().value(OPTION);
    Output err = invocation.console().err();
    boolean enabled =
        (when == null || when.equals("auto")) ? err.isTerminal() : when.equals("always");
    Progress progress = new Progress(err, enabled);
    invocation.interruption().work(progress::soFar);
    return progress;
  }

  @Override
  public void progress(long done, long total) {
    lastDone = done;
    lastTotal = total;
    if (!enabled) {
      return;
    }
    long elapsed = System.nanoTime() - started;
    if (elapsed >= nextShow) {
      nextShow = elapsed + INTERVAL;
      show(done, total, elapsed / SECOND);
    }
  }

  private void show(long done, long total, double seconds) {
    double rate = done / seconds;
    StringBuilder line = new StringBuilder("\r");
    if (total > 0) {
      line.append((long) (100.0 * done / total)).append("%, ");
    }
    line.append(done).append(" of ").append(total).append(", ");
    line.append((long) rate).append("/s");
    if (rate > 0 && total >= done) {
      line.append(", ").append((long) Math.ceil((total - done) / rate)).append(" s left");
    }
    print(line.append("   ").toString());
    shown = true;
  }

  /** Returns what was done so far as a clause, empty if the operation has not told anything. */
  private String soFar() {
    if (lastTotal == 0) {
      return "";
    }
    return lastDone + (lastDone == lastTotal ? "" : " of " + lastTotal) + " were done";
  }

  /** Ends the line, if one was printed. */
  @Override
  public void close() {
    if (shown) {
      print("\n");
    }
  }

  private void print(String text) {
    try {
      err.text(text).flush();
    } catch (OutputException e) {
      // A failure to print progress must not end the operation.
    }
  }
}
