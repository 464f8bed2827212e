package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.FsckStatistics;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The result of a check as JSON. */
public final class FsckJson {
  private final JsonDocument json;

  /** Creates a printer to a document that contains only its schema so far. */
  public FsckJson(JsonDocument json) {
    this.json = json;
  }

  /**
   * Writes the result and ends the document.
   *
   * @param image the address of the image as the user wrote it
   */
  public void print(String image, Fsck.Outcome outcome) throws IOException {
    FsckReport report = outcome.report();
    json.name("image", image).flag("clean", report.isClean() && !report.cancelled());
    json.flag("complete", !report.isCutShort() && !report.cancelled());
    json.flag("cancelled", report.cancelled());
    json.beginArray("warnings");
    for (String warning : outcome.warnings()) {
      json.element(warning);
    }
    json.endArray().beginArray("problems");
    for (Problem problem : report.problems()) {
      problem(problem);
    }
    json.endArray().beginObject("counts");
    for (Map.Entry<ProblemCode, Long> entry : new TreeMap<>(report.counts()).entrySet()) {
      json.number(entry.getKey().name(), entry.getValue());
    }
    json.endObject();
    statistics(report.statistics());
    json.beginArray("passes");
    for (FsckReport.Pass pass : report.passes()) {
      json.beginRow().text("name", pass.name());
      json.number("nanoseconds", pass.nanoseconds()).number("bytes_read", pass.bytesRead());
      json.endObject();
    }
    json.endArray().finish();
  }

  private void problem(Problem problem) throws IOException {
    json.beginRow().text("code", problem.code().name());
    json.text("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    json.text("message", problem.code().text());
    json.beginArray("e2fsck");
    for (String name : problem.code().e2fsckNames()) {
      json.element("PR_" + name);
    }
    json.endArray();
    if (problem.path() != null) {
      json.name("path", FsckText.text(problem.path()));
    }
    number("ino", problem.inode());
    number("group", problem.group());
    number("logical_block", problem.logicalBlock());
    number("block", problem.block());
    if (problem.name() != null) {
      json.name("name", FsckText.text(problem.name()));
    }
    number("found", problem.found());
    number("expected", problem.expected());
    json.endObject();
  }

  private void number(String key, long value) throws IOException {
    if (value != Problem.NONE) {
      json.number(key, value);
    }
  }

  private void statistics(@org.jspecify.annotations.Nullable FsckStatistics statistics)
      throws IOException {
    if (statistics == null) {
      return;
    }
    json.beginObject("statistics").number("inodes", statistics.inodes());
    json.number("regular_files", statistics.inodes(8));
    json.number("fragmented_files", statistics.fragmentedFiles());
    json.number("fragments", statistics.fragments());
    json.number("directories", statistics.inodes(4));
    json.number("symbolic_links", statistics.inodes(10));
    json.endObject();
  }
}
