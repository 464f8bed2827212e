package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.demo.RaceReport;
import dev.ext4j.fs.demo.RaceReport.Actor;
import dev.ext4j.fs.demo.RaceReport.Found;
import dev.ext4j.fs.model.Mapping;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A printer of runs of the founding race, which is race R1 of docs/PROTOCOL.md. It shows the steps
 * of the two threads side by side and the result.
 */
public final class RacePrinter {
  private static final int NUMBER_WIDTH = 3;
  private static final int COLUMN = 26;
  private static final int RUNS_SHOWN = 3;

  private final Output out;

  /** Creates a printer of runs as text. */
  public RacePrinter(Output out) {
    this.out = out;
  }

  /** Prints what the race is about, and the file at its beginning. */
  public void introduction() throws IOException {
    out.line("The founding race: a hole is punched while the page right after it is written back.");
    out.line();
    out.line("  block    0 1 2 3 4 ...              58 59 60 61");
    out.line("          [w]   [w]   [w]    ...     [w]   [W]        one leaf; w written, W dirty");
    out.line("           '------------- hole -----------'");
    out.line();
    out.line("The status tree keeps the known mapping of the file in memory. A thread that maps a");
    out.line("block asks it first and trusts it. It may drop entries at any time, and does here.");
  }

  /** Prints the report of one act, and returns whether the act ended well. */
  public boolean act(String title, RaceReport report) throws IOException {
    out.line().line(title).line();
    int number = 1;
    out.blanks(NUMBER_WIDTH + 2).left("P punches 0..59", COLUMN).line("W writes page 60 back");
    for (RaceReport.Step step : report.steps()) {
      out.number(number++, NUMBER_WIDTH).blanks(2);
      if (step.actor() == Actor.WRITEBACK) {
        out.blanks(COLUMN);
      }
      out.left(step.point(), 16).line(step.text());
    }
    out.line();
    runs("The status tree for the hole when P continues:", report.knownMidway());
    runs("The status tree for the hole at the end:", report.knownAfter());
    runs("The mapping on disk:", report.onDiskAfter());
    boolean well = report.found() == Found.ZEROS;
    out.text("  Another file gets block ").number(report.givenAway());
    out.text(" and fills it with X. Block ").number(report.lookedAt());
    out.line(well ? " of the hole reads as zeros." : " of the hole reads as X: foreign content.");
    return well;
  }

  private void runs(String title, List<Mapping> runs) throws IOException {
    out.text("  ").line(title);
    if (runs.isEmpty()) {
      out.line("      nothing");
    }
    for (int i = 0; i < Math.min(RUNS_SHOWN, runs.size()); i++) {
      out.text("      ").line(runs.get(i).toString().toLowerCase(Locale.ROOT));
    }
    if (runs.size() > RUNS_SHOWN) {
      out.text("      ... and ").number(runs.size() - RUNS_SHOWN).line(" more");
    }
  }

  /** Writes one act as an object in the current JSON array. */
  public static void write(JsonDocument json, boolean bulk, boolean finalHole, RaceReport report)
      throws IOException {
    json.beginRow().flag("no_bulk_caching", bulk).flag("final_hole", finalHole);
    json.beginArray("steps");
    for (RaceReport.Step step : report.steps()) {
      json.beginRow().text("thread", step.actor().name().toLowerCase(Locale.ROOT));
      json.text("point", step.point()).text("text", step.text()).endObject();
    }
    json.endArray();
    runs(json, "known_midway", report.knownMidway());
    runs(json, "known_after", report.knownAfter());
    runs(json, "on_disk", report.onDiskAfter());
    json.number("block_given_away", report.givenAway()).number("block_read", report.lookedAt());
    json.text("found", report.found().name().toLowerCase(Locale.ROOT)).endObject();
  }

  private static void runs(JsonDocument json, String key, List<Mapping> runs) throws IOException {
    json.beginArray(key);
    for (Mapping run : runs) {
      json.beginRow().number("block", run.logicalBlock()).number("count", run.blockCount());
      json.text("state", run.state().name().toLowerCase(Locale.ROOT));
      json.number("physical_block", run.physicalBlock()).endObject();
    }
    json.endArray();
  }
}
