package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.FsckStatistics;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The result of a check as text: one line per problem, then a summary. */
public final class FsckText {
  private static final double MILLION = 1e6;

  private final Output out;
  private final String image;

  /**
   * Creates a printer.
   *
   * @param image the address of the image as the user wrote it
   */
  public FsckText(Output out, String image) {
    this.out = out;
    this.image = image;
  }

  /**
   * Returns the text of a name. The checker keeps each byte of the name as one Latin-1 character.
   */
  static String text(String latin1) {
    return RawText.decode(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Prints a line for each problem that the report keeps, and the summary. */
  public void print(FsckReport report) throws IOException {
    long shown = 0;
    for (Problem problem : report.problems()) {
      line(problem);
      shown++;
    }
    long all = 0;
    long errors = 0;
    for (Map.Entry<ProblemCode, Long> entry : report.counts().entrySet()) {
      all += entry.getValue();
      if (entry.getKey().severity() != Problem.Severity.WARNING) {
        errors += entry.getValue();
      }
    }
    if (shown < all) {
      out.number(all - shown).line(" more of the same kinds");
    }
    out.text(image).text(": ");
    if (errors == 0) {
      out.text(report.cancelled() ? "no errors so far" : "clean");
    } else {
      out.number(errors).text(errors == 1 ? " error" : " errors");
    }
    if (all > errors) {
      out.text(", ").number(all - errors).text(all - errors == 1 ? " warning" : " warnings");
    }
    FsckStatistics statistics = report.statistics();
    if (statistics != null) {
      out.text(", ").number(statistics.inodes()).text(" inodes in use");
    }
    out.text(report.isCutShort() ? "; the check ended before its time" : "");
    out.line(report.cancelled() ? "; the check was cancelled, and its passes are incomplete" : "");
  }

  private void line(Problem problem) throws IOException {
    out.text(problem.severity() == Problem.Severity.WARNING ? "warning: " : "error: ");
    if (problem.path() != null) {
      out.name(text(problem.path())).ascii(' ');
    }
    place("<", problem.inode(), "> ");
    place("group ", problem.group(), " ");
    place("at ", problem.logicalBlock(), " ");
    place("block ", problem.block(), " ");
    out.text(problem.code().text());
    if (problem.name() != null) {
      out.text(" '").name(text(problem.name())).text("'");
    }
    if (problem.found() != Problem.NONE) {
      out.text(": ").number(problem.found());
      if (problem.expected() != Problem.NONE) {
        out.text(", should be ").number(problem.expected());
      }
    }
    out.text(" (").text(problem.code().name()).line(")");
  }

  private void place(String before, long number, String after) throws IOException {
    if (number != Problem.NONE) {
      out.text(before).number(number).text(after);
    }
  }

  /** Prints the numbers of files by type, and the time and the bytes read of each pass. */
  public void statistics(FsckReport report) throws IOException {
    FsckStatistics statistics = report.statistics();
    if (statistics != null) {
      row(statistics.inodes(8), "regular files");
      row(statistics.fragmentedFiles(), "of them in more than one piece");
      row(statistics.inodes(4), "directories");
      row(statistics.inodes(10), "symbolic links");
      row(statistics.inodes(2) + statistics.inodes(6), "devices");
      row(statistics.inodes(1) + statistics.inodes(12), "fifos and sockets");
    }
    for (FsckReport.Pass pass : report.passes()) {
      out.text("pass ").left(pass.name(), 13);
      out.number(Math.round(pass.nanoseconds() / MILLION), 8).text(" ms");
      out.number(pass.bytesRead() >> 10, 12).line(" KiB read");
    }
  }

  private void row(long count, String what) throws IOException {
    out.number(count, 12).ascii(' ').line(what);
  }
}
