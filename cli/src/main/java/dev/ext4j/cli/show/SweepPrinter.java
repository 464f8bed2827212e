package dev.ext4j.cli.show;

import dev.ext4j.cli.crash.CrashKind;
import dev.ext4j.cli.crash.SweepOptions;
import dev.ext4j.cli.crash.SweepReport;
import dev.ext4j.cli.crash.SweepReport.Failure;
import dev.ext4j.cli.crash.SweepReport.Outcome;
import dev.ext4j.cli.crash.SweepReport.Recording;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import java.io.IOException;
import java.util.Locale;

/** The printer of a sweep's results, as text or as JSON. */
public final class SweepPrinter {
  private static final int KIND_WIDTH = 8;
  private static final int NUMBER_WIDTH = 10;

  private final Invocation invocation;
  private final SweepReport report;
  private final SweepOptions options;

  /**
   * Creates a printer for a sweep that has ended.
   *
   * @param invocation the run of the command, whose first word is the image
   * @param options the options of the sweep
   */
  public SweepPrinter(Invocation invocation, SweepReport report, SweepOptions options) {
    this.invocation = invocation;
    this.report = report;
    this.options = options;
  }

  /**
   * Prints the counts of the recorded log and of the states, and the failures that the report
   * keeps.
   */
  public void print() throws IOException {
    Output out = invocation.out();
    Recording recording = report.recording();
    out.text("recorded: ").number(recording.writeCount()).text(" writes, ");
    out.number(recording.byteCount()).text(" bytes, ");
    out.number(recording.flushCount()).text(" flushes, ");
    out.number(recording.epochCount()).text(" epochs, ");
    out.number(recording.markCount()).line(" finished steps");
    out.text("states:   ").number(report.plannedCount()).text(" possible, ");
    out.number(report.selectedCount()).text(" looked at, seed ").number(options.seed()).line();
    out.text("checked:  every file");
    out.line(options.checker().isAsked() ? ", " + options.checker().name() : " (no e2fsck)");
    out.line();
    table(out);
    out.line();
    out.text("as before ").number(report.count(Outcome.AS_BEFORE));
    out.text(", as after ").number(report.count(Outcome.AS_AFTER));
    out.text(", in between ").number(report.count(Outcome.BETWEEN));
    out.text(", bad ").number(report.count(Outcome.BAD));
    if (report.repairedCount() > 0) {
      out.text("; repaired by e2fsck first: ").number(report.repairedCount());
    }
    out.line();
    for (Failure failure : report.failures()) {
      print(out, failure);
    }
  }

  private void table(Output out) throws IOException {
    out.left("kind", KIND_WIDTH).right("judged", NUMBER_WIDTH).right("same", NUMBER_WIDTH);
    out.right("bad", NUMBER_WIDTH).line();
    for (CrashKind kind : CrashKind.values()) {
      if (options.kinds().contains(kind)) {
        SweepReport.Counts counts = report.counts(kind);
        out.left(kind.word(), KIND_WIDTH).number(counts.judged(), NUMBER_WIDTH);
        out.number(counts.same(), NUMBER_WIDTH).number(counts.bad(), NUMBER_WIDTH).line();
      }
    }
  }

  private static void print(Output out, Failure failure) throws IOException {
    out.line();
    out.text("BAD state ").number(failure.number()).text(": ").text(failure.kind().word());
    out.text(", epoch ").number(failure.epoch()).text(", cut at entry ").number(failure.cut());
    out.text(": ").line(failure.what());
    out.text("    ").name(failure.fault()).line();
    String kept = failure.kept();
    if (kept != null) {
      out.text("    kept as ").name(kept).line();
    }
  }

  /** Writes the results, with further numbers, as a complete JSON document. */
  public void writeJson() throws IOException {
    try (JsonDocument json = new JsonDocument(invocation.out(), "ext4j.crash-sweep/1")) {
      json.name("image", invocation.arguments().parameter(0)).flag("good", report.isGood());
      if (!report.faultOfBase().isEmpty()) {
        json.name("fault_before_command", report.faultOfBase());
      }
      json.number("seed", options.seed()).number("sector_bytes", options.sectorSize());
      json.flag("atomic", options.atomic()).name("checker", options.checker().name());
      Recording recording = report.recording();
      json.beginObject("recording").number("writes", recording.writeCount());
      json.number("bytes", recording.byteCount()).number("flushes", recording.flushCount());
      json.number("epochs", recording.epochCount()).number("steps", recording.markCount());
      json.endObject();
      json.number("states_possible", report.plannedCount());
      json.number("states_looked_at", report.selectedCount());
      json.number("states_judged", report.judgedCount());
      json.number("states_repaired", report.repairedCount());
      json.beginObject("kinds");
      for (CrashKind kind : CrashKind.values()) {
        if (options.kinds().contains(kind)) {
          SweepReport.Counts counts = report.counts(kind);
          json.beginObject(kind.word()).number("judged", counts.judged());
          json.number("same", counts.same()).number("bad", counts.bad()).endObject();
        }
      }
      json.endObject().beginObject("outcomes");
      for (Outcome outcome : Outcome.values()) {
        json.number(outcome.name().toLowerCase(Locale.ROOT), report.count(outcome));
      }
      json.endObject().beginArray("failures");
      for (Failure failure : report.failures()) {
        write(json, failure);
      }
      json.endArray().finish();
    }
  }

  private static void write(JsonDocument json, Failure failure) throws IOException {
    json.beginRow().number("state", failure.number()).text("kind", failure.kind().word());
    json.number("epoch", failure.epoch()).number("cut", failure.cut());
    json.text("what", failure.what()).name("fault", failure.fault());
    String kept = failure.kept();
    if (kept != null) {
      json.name("kept", kept);
    }
    json.endObject();
  }
}
