package dev.ext4j.cli.command;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.show.RacePrinter;
import dev.ext4j.fs.demo.RaceDemo;
import dev.ext4j.fs.demo.RaceReport;
import dev.ext4j.fs.demo.RaceReport.Found;
import java.io.IOException;

/**
 * The command {@code ext4j demo race}. It shows the race of a punch with writeback in three acts,
 * each on a copy of the sample image.
 */
final class RaceShow {
  private static final String FILE = "/data.bin";

  private final BlockDevice sample;

  RaceShow(BlockDevice sample) {
    this.sample = sample;
  }

  private record Act(String title, boolean noBulkCaching, boolean finalHole, Found expected) {}

  private static final Act[] ACTS = {
    new Act(
        "1. Without safeguards: W notes all extents of the leaf, P notes nothing at the end",
        false,
        false,
        Found.FOREIGN),
    new Act(
        "2. As in Linux until 2025: W notes all extents, P replaces them with one HOLE at the end",
        false,
        true,
        Found.ZEROS),
    new Act(
        "3. With both: a thread that holds only a page lock notes only the range it asked for",
        true,
        true,
        Found.ZEROS)
  };

  private RaceReport play(Act act) throws IOException {
    OverlayDevice copy = OverlayDevice.sharing(sample); // written data stays in memory
    return RaceDemo.play(copy, FILE, act.noBulkCaching(), act.finalHole());
  }

  /** Prints the acts. Returns a failure status if an act ends differently than expected. */
  int print(Invocation invocation) throws IOException {
    Output out = invocation.out();
    RacePrinter printer = new RacePrinter(out);
    printer.introduction();
    boolean asExpected = true;
    for (Act act : ACTS) {
      boolean well = printer.act(act.title(), play(act));
      asExpected &= well == (act.expected() == Found.ZEROS);
    }
    out.line().line("docs/PROTOCOL.md describes the safeguards and the other races of this kind.");
    return asExpected ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** Writes the acts as JSON. Returns a failure status if an act ends differently than expected. */
  int write(Invocation invocation) throws IOException {
    boolean asExpected = true;
    try (JsonDocument json = new JsonDocument(invocation.out(), "ext4j.demo.race/1")) {
      json.beginArray("acts");
      for (Act act : ACTS) {
        RaceReport report = play(act);
        RacePrinter.write(json, act.noBulkCaching(), act.finalHole(), report);
        asExpected &= report.found() == act.expected();
      }
      json.endArray().flag("as_expected", asExpected).finish();
    }
    return asExpected ? ExitStatus.OK : ExitStatus.FAILED;
  }
}
